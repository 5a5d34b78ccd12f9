#include "dsp/fft.h"

#include <fmt/format.h>

#include <cassert>
#include <cmath>
#include <numbers>

#ifdef TIDEMARK_KISSFFT
#include <kiss_fft.h>
#else
#include <fftw3.h>

#include <mutex>
#endif

#include "dsp/fft_kernels.h"

namespace tidemark::dsp {
namespace {

using Bin = std::complex<float>;

#ifdef TIDEMARK_KISSFFT

void* MakePlan(std::span<float> in, std::span<Bin>) {
  return kiss_fft_alloc(static_cast<int>(in.size() / 2), 0, nullptr, nullptr);
}

void FreePlan(void* plan) { kiss_fft_free(plan); }

void RunPlan(void* plan, float* in, Bin* out) {
  kiss_fft(static_cast<kiss_fft_cfg>(plan), reinterpret_cast<kiss_fft_cpx*>(in),
           reinterpret_cast<kiss_fft_cpx*>(out));
}

#else

// Only running a plan is thread safe in FFTW; making and destroying one is not.
std::mutex& PlannerMutex() {
  static std::mutex mutex;
  return mutex;
}

void* MakePlan(std::span<float> in, std::span<Bin> out) {
  const std::lock_guard lock(PlannerMutex());
  return fftwf_plan_dft_1d(static_cast<int>(in.size() / 2),
                           reinterpret_cast<fftwf_complex*>(in.data()),
                           reinterpret_cast<fftwf_complex*>(out.data()), FFTW_FORWARD,
                           FFTW_ESTIMATE | FFTW_DESTROY_INPUT);
}

void FreePlan(void* plan) {
  const std::lock_guard lock(PlannerMutex());
  fftwf_destroy_plan(static_cast<fftwf_plan>(plan));
}

void RunPlan(void* plan, float*, Bin*) { fftwf_execute(static_cast<fftwf_plan>(plan)); }

#endif

// Bins that PartSpectra() takes together with their mirror images, from the first on.
std::size_t NumTurns(std::size_t n_samples) { return n_samples / 4 + 1; }

}  // namespace

void RealFft::PlanDeleter::operator()(void* plan) const { FreePlan(plan); }

std::size_t RealFft::PlanBytes(std::size_t n_samples) {
  return memory::ArenaBytes<float>(n_samples) + memory::ArenaBytes<Bin>(n_samples / 2 + 1) +
         2 * memory::ArenaBytes<float>(2 * NumTurns(n_samples));
}

Result<RealFft> RealFft::Create(std::size_t n_samples, memory::Arena& arena) {
  assert(n_samples % 2 == 0);
  RealFft fft(n_samples, arena);
  fft.plan_.reset(MakePlan(fft.in_, fft.out_));
  if (fft.plan_ == nullptr) {
    return Fail(ErrorCode::kMemory,
                fmt::format("no memory for a Fourier transform of {} points", n_samples));
  }
  return fft;
}

RealFft::RealFft(std::size_t n_samples, memory::Arena& arena)
    : in_(arena.Take<float>(n_samples)),
      out_(arena.Take<Bin>(n_samples / 2 + 1)),
      turns_re_(arena.Take<float>(2 * NumTurns(n_samples))),
      turns_im_(arena.Take<float>(2 * NumTurns(n_samples))) {
  for (std::size_t k = 0; k < NumTurns(n_samples); ++k) {
    const double angle =
        -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n_samples);
    const std::complex<double> turn = std::complex(0.0, -0.5) * std::polar(1.0, angle);
    turns_re_[2 * k] = turns_re_[2 * k + 1] = static_cast<float>(turn.real());
    turns_im_[2 * k] = static_cast<float>(-turn.imag());
    turns_im_[2 * k + 1] = static_cast<float>(turn.imag());
  }
}

void RealFft::Transform() {
  RunPlan(plan_.get(), in_.data(), out_.data());
  PartSpectra(turns_re_.data(), turns_im_.data(), out_.size() - 1,
              reinterpret_cast<float*>(out_.data()));
}

}  // namespace tidemark::dsp
