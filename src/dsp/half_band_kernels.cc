#include "dsp/half_band_kernels.h"

#include "dsp/simd.h"

namespace tidemark::dsp {

TM_KERNEL void Deinterleave(const float* in, std::size_t n_pairs, float* even, float* odd) {
  for (std::size_t i = 0; i < n_pairs; ++i) {
    even[i] = in[2 * i];
    odd[i] = in[2 * i + 1];
  }
}

TM_KERNEL void FilterHalfBand(const float* even, const float* odd, std::size_t n, float* low) {
  constexpr std::size_t kLast = kHalfBandTaps.size() - 1;
  for (std::size_t m = 0; m < n; ++m) {
    float sum = 0.5F * odd[m];
#pragma GCC unroll 8
    for (std::size_t j = 0; j <= kLast; ++j) {
      sum += kHalfBandTaps[j] * (even[m + kLast - j] + even[m + kLast + 1 + j]);
    }
    low[m] = sum;
  }
}

}  // namespace tidemark::dsp
