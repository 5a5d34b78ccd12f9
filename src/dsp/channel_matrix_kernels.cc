#include "dsp/channel_matrix_kernels.h"

#include "dsp/simd.h"

namespace tidemark::dsp {

TM_KERNEL void ScaleSamples(const float* __restrict in, std::size_t n, float gain,
                            float* __restrict out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = gain * in[i];
}

TM_KERNEL void AddScaledSamples(const float* __restrict in, std::size_t n, float gain,
                                float* __restrict out) {
  for (std::size_t i = 0; i < n; ++i) out[i] += gain * in[i];
}

}  // namespace tidemark::dsp
