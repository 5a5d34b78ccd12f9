#include "analysis/onset_kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "dsp/simd.h"

// The vectors below never cross a call: what they are passed to is inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace tidemark::analysis {
namespace {

// log2(1 + x) on [0, 1] is x times this polynomial, fitted at Chebyshev points; 1 at x = 1.
constexpr float kLog0 = 1.44252727F;
constexpr float kLog1 = -0.717913517F;
constexpr float kLog2 = 0.456540602F;
constexpr float kLog3 = -0.275969382F;
constexpr float kLog4 = 0.120100684F;
constexpr float kLog5 = -0.0252856629F;

using Lanes = float __attribute__((vector_size(WeightedRun::kLanes * sizeof(float))));
using Quad = float __attribute__((vector_size(4 * sizeof(float))));

[[gnu::always_inline]] inline Lanes Load(const float* from) {
  Lanes value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

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

TM_KERNEL void WeightedSums(const WeightedRun* runs, std::size_t n_runs, const float* weights,
                            const float* values, float* sums) {
  for (std::size_t i = 0; i < n_runs; ++i) {
    const float* value = values + runs[i].first;
    Lanes sum{};
    for (std::uint32_t n = runs[i].n_lanes; n > 0; --n) {
      sum += Load(weights) * Load(value);
      weights += WeightedRun::kLanes;
      value += WeightedRun::kLanes;
    }
    const Quad half = Quad{sum[0], sum[1], sum[2], sum[3]} + Quad{sum[4], sum[5], sum[6], sum[7]};
    sums[i] = (half[0] + half[2]) + (half[1] + half[3]);
  }
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
