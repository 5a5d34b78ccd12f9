#include "dsp/resampler_kernels.h"

#include "dsp/simd.h"

namespace tidemark::dsp {

TM_KERNEL float InterpolatedDot(const float* x, const float* a, const float* b, float part,
                                std::size_t n) {
  float sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += x[i] * (a[i] + part * (b[i] - a[i]));
  return sum;
}

}  // namespace tidemark::dsp
