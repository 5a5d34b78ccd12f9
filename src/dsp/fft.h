// RealFft: the forward DFT of real samples, X[k] = sum x[n] exp(-2 pi i k n / N). Neighbouring
// samples are taken as one complex sample, the library (FFTW or KissFFT, build option TIDEMARK_FFT)
// transforms those N / 2, and one pass tells the spectra of even and odd samples apart: twice as
// fast as FFTW's own transform of reals (docs/decisions/0002). It owns the plan; the buffers come
// from the caller's arena, which must outlive it. One thread at a time; plans may be made on
// several threads at once.
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

#include "base/result.h"
#include "memory/arena.h"

namespace tidemark::dsp {

class RealFft {
 public:
  // A bound, measured, on the heap that the library takes for one plan of at most 8192 points.
  static constexpr std::size_t kPlanAllowanceBytes = 96 * 1024;
  // What the library takes once per process, whatever the number of plans.
  static constexpr std::size_t kLibraryAllowanceBytes = 320 * 1024;

  // What Create() takes from the arena.
  static std::size_t PlanBytes(std::size_t n_samples);
  // Plans a transform of n_samples, which is even and a product of 2, 3 and 5. kMemory where the
  // library cannot make the plan.
  static Result<RealFft> Create(std::size_t n_samples, memory::Arena& arena);

  // Transforms what in() holds into out(); in() holds nothing of use afterwards.
  void Transform();

  [[nodiscard]] std::span<float> in() const { return in_; }                  // N samples
  [[nodiscard]] std::span<std::complex<float>> out() const { return out_; }  // N / 2 + 1 bins

 private:
  struct PlanDeleter {
    void operator()(void* plan) const;
  };

  RealFft(std::size_t n_samples, memory::Arena& arena);

  std::span<float> in_;
  std::span<std::complex<float>> out_;
  std::span<float> turns_re_;  // the factors of PartSpectra()
  std::span<float> turns_im_;
  std::unique_ptr<void, PlanDeleter> plan_;
};

}  // namespace tidemark::dsp
