#include "analysis/tempo_meter_kernels.h"

#include "dsp/simd.h"

namespace tidemark::analysis {

TM_KERNEL void AddWeighted(const float* values, std::size_t n, float weight, double* sums) {
  for (std::size_t i = 0; i < n; ++i) sums[i] += static_cast<double>(weight * values[i]);
}

}  // namespace tidemark::analysis
