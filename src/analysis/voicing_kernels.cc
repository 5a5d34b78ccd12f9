#include "analysis/voicing_kernels.h"

#include <cmath>

#include "dsp/simd.h"

namespace tidemark::analysis {
namespace {

inline float Dot(const float* a, const float* b, std::size_t n) {
  float sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

TM_KERNEL void NormalisedCorrelation(const float* x, std::size_t n, std::size_t first_lag,
                                     std::size_t n_lags, float floor, float* out) {
  const float energy = Dot(x, x, n) + floor;
  for (std::size_t i = 0; i < n_lags; ++i) {
    const float* const y = x + first_lag + i;
    out[i] = Dot(x, y, n) / std::sqrt(energy * (Dot(y, y, n) + floor));
  }
}

}  // namespace tidemark::analysis
