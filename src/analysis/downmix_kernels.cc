#include "analysis/downmix_kernels.h"

#include "dsp/simd.h"

namespace tidemark::analysis {

TM_KERNEL PairMoments Moments(const float* x, const float* y, std::size_t n) {
  float cross = 0;
  float xx = 0;
  float yy = 0;
  for (std::size_t i = 0; i < n; ++i) {
    cross += x[i] * y[i];
    xx += x[i] * x[i];
    yy += y[i] * y[i];
  }
  return {cross, xx, yy};
}

TM_KERNEL void Scale(const float* in, std::size_t n, float gain, float* out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = gain * in[i];
}

TM_KERNEL void AddScaled(const float* base, float base_gain, const float* in, float gain,
                         float step, std::size_t n, float* out) {
  for (std::size_t i = 0; i < n; ++i) {
    out[i] = base_gain * base[i] + (gain + step * static_cast<float>(static_cast<int>(i))) * in[i];
  }
}

}  // namespace tidemark::analysis
