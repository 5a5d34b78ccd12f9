#include "dsp/fft.h"

#include <fmt/format.h>

#include <cassert>
#include <cstdint>

#ifdef TIDEMARK_KISSFFT
#include <kiss_fftr.h>
#else
#include <fftw3.h>

#include <mutex>
#endif

#include "memory/arena.h"

namespace tidemark::dsp {
namespace {

[[maybe_unused]] bool IsAligned(const void* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer) % memory::kArenaAlignment == 0;
}

#ifdef TIDEMARK_KISSFFT

void* MakePlan(std::span<float> in, std::span<std::complex<float>>) {
  return kiss_fftr_alloc(static_cast<int>(in.size()), 0, nullptr, nullptr);
}

void FreePlan(void* plan) { kiss_fftr_free(plan); }

void RunPlan(void* plan, float* in, std::complex<float>* out) {
  kiss_fftr(static_cast<kiss_fftr_cfg>(plan), in, reinterpret_cast<kiss_fft_cpx*>(out));
}

#else

// Only running a plan is thread safe in FFTW; making and destroying one is not.
std::mutex& PlannerMutex() {
  static std::mutex mutex;
  return mutex;
}

void* MakePlan(std::span<float> in, std::span<std::complex<float>> out) {
  const std::lock_guard lock(PlannerMutex());
  return fftwf_plan_dft_r2c_1d(static_cast<int>(in.size()), in.data(),
                               reinterpret_cast<fftwf_complex*>(out.data()),
                               FFTW_ESTIMATE | FFTW_DESTROY_INPUT);
}

void FreePlan(void* plan) {
  const std::lock_guard lock(PlannerMutex());
  fftwf_destroy_plan(static_cast<fftwf_plan>(plan));
}

void RunPlan(void* plan, float*, std::complex<float>*) {
  fftwf_execute(static_cast<fftwf_plan>(plan));
}

#endif

}  // namespace

void RealFft::PlanDeleter::operator()(void* plan) const { FreePlan(plan); }

Result<RealFft> RealFft::Create(std::span<float> in, std::span<std::complex<float>> out) {
  assert(in.size() % 2 == 0 && out.size() == in.size() / 2 + 1);
  assert(IsAligned(in.data()) && IsAligned(out.data()));
  void* plan = MakePlan(in, out);
  if (plan == nullptr) {
    return Fail(ErrorCode::kMemory,
                fmt::format("no memory for a Fourier transform of {} points", in.size()));
  }
  return RealFft(in, out, plan);
}

void RealFft::Transform() { RunPlan(plan_.get(), in_.data(), out_.data()); }

}  // namespace tidemark::dsp
