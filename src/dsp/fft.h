// RealFft: the forward DFT of real samples, X[k] = sum x[n] exp(-2 pi i k n / N), by FFTW or
// KissFFT (build option TIDEMARK_FFT). It owns the plan; the caller owns both buffers, which must
// outlive it. One thread at a time; plans may be made on several threads at once.
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

#include "base/result.h"

namespace tidemark::dsp {

class RealFft {
 public:
  // A bound, measured, on the heap that the library takes for one plan of at most 8192 points.
  static constexpr std::size_t kPlanAllowanceBytes = 96 * 1024;
  // What the library takes once per process, whatever the number of plans.
  static constexpr std::size_t kLibraryAllowanceBytes = 320 * 1024;

  // Plans a transform from `in` (N samples, N even and a product of 2, 3 and 5) to `out`
  // (N / 2 + 1 bins). kMemory where the library cannot make the plan.
  // REQUIRES: both start on a 64-byte boundary, as pieces of a memory::Arena do.
  static Result<RealFft> Create(std::span<float> in, std::span<std::complex<float>> out);

  // Transforms what `in` holds into `out`; `in` holds nothing of use afterwards.
  void Transform();

  [[nodiscard]] std::span<float> in() const { return in_; }
  [[nodiscard]] std::span<std::complex<float>> out() const { return out_; }

 private:
  struct PlanDeleter {
    void operator()(void* plan) const;
  };

  RealFft(std::span<float> in, std::span<std::complex<float>> out, void* plan)
      : in_(in), out_(out), plan_(plan) {}

  std::span<float> in_;
  std::span<std::complex<float>> out_;
  std::unique_ptr<void, PlanDeleter> plan_;
};

}  // namespace tidemark::dsp
