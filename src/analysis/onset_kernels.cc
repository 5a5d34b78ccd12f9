#include "analysis/onset_kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "dsp/simd.h"

namespace tidemark::analysis {
namespace {

// log2(1 + x) on [0, 1] is x times this polynomial, fitted at Chebyshev points; 1 at x = 1.
constexpr float kLog0 = 1.44252727F;
constexpr float kLog1 = -0.717913517F;
constexpr float kLog2 = 0.456540602F;
constexpr float kLog3 = -0.275969382F;
constexpr float kLog4 = 0.120100684F;
constexpr float kLog5 = -0.0252856629F;

}  // namespace

TM_KERNEL void ScaledMagnitudes(const std::complex<float>* bins, std::size_t n, float scale,
                                float* magnitude) {
  const auto* parts = reinterpret_cast<const float*>(bins);
  for (std::size_t k = 0; k < n; ++k) {
    const float re = parts[2 * k];
    const float im = parts[2 * k + 1];
    magnitude[k] = scale * std::sqrt(re * re + im * im);
  }
}

TM_KERNEL float WeightedSum(const float* weights, const float* values, std::size_t n) {
  float sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += weights[i] * values[i];
  return sum;
}

TM_KERNEL void CompressLog2(const float* values, std::size_t n, float scale, float* out) {
  for (std::size_t i = 0; i < n; ++i) {
    const float y = 1 + scale * values[i];
    const auto bits = std::bit_cast<std::int32_t>(y);
    const auto exponent = static_cast<float>((bits >> 23) - 127);
    const float x = std::bit_cast<float>((bits & 0x7FFFFF) | 0x3F800000) - 1;
    const float p = kLog0 + x * (kLog1 + x * (kLog2 + x * (kLog3 + x * (kLog4 + x * kLog5))));
    out[i] = exponent + x * p;
  }
}

TM_KERNEL void RiseOverNeighbours(const float* now, const float* before, std::size_t n,
                                  float* rise) {
  for (std::size_t i = 0; i < n; ++i) {
    const float left = before[i == 0 ? 0 : i - 1];
    const float right = before[i + 1 == n ? i : i + 1];
    rise[i] = std::max(0.0F, now[i] - std::max(before[i], std::max(left, right)));
  }
}

}  // namespace tidemark::analysis
