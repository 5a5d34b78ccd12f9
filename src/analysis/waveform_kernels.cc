#include "analysis/waveform_kernels.h"

#include <algorithm>

#include "dsp/simd.h"

namespace tidemark::analysis {
namespace {

struct Extremes {
  std::int16_t lowest;
  std::int16_t highest;
};

TM_KERNEL Extremes Find(const std::int16_t* x, std::size_t n, Extremes extremes) {
  std::int16_t lowest = extremes.lowest;
  std::int16_t highest = extremes.highest;
  for (std::size_t i = 0; i < n; ++i) {
    lowest = std::min(lowest, x[i]);
    highest = std::max(highest, x[i]);
  }
  return {lowest, highest};
}

}  // namespace

TM_KERNEL void ToSixteenBit(const float* __restrict in, std::int16_t* __restrict out,
                            std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const float scaled = in[i] * 32768.0F;
    const float low = scaled < -32768.0F ? -32768.0F : scaled;
    const float clamped = low > 32767.0F ? 32767.0F : low;
    out[i] = static_cast<std::int16_t>(static_cast<std::int32_t>(clamped));
  }
}

TM_KERNEL void AddSamples(const std::int16_t* __restrict x, std::int32_t* __restrict sums,
                          std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) sums[i] += x[i];
}

// Exact: a quotient that is no whole number is at least 1/64 from one, and floats of its size are
// 1/256 apart.
TM_KERNEL void DivideSums(const std::int32_t* __restrict sums, int divisor,
                          std::int16_t* __restrict out, std::size_t n) {
  const auto by = static_cast<float>(divisor);
  for (std::size_t i = 0; i < n; ++i) {
    const float quotient = static_cast<float>(sums[i]) / by;
    out[i] = static_cast<std::int16_t>(static_cast<std::int32_t>(quotient));
  }
}

void UpdateExtremes(const std::int16_t* x, std::size_t n, std::int16_t& lowest,
                    std::int16_t& highest) {
  const Extremes found = Find(x, n, {lowest, highest});
  lowest = found.lowest;
  highest = found.highest;
}

}  // namespace tidemark::analysis
