#include "dsp/level_kernels.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>

#include "dsp/simd.h"

namespace tidemark::dsp {
namespace {

constexpr std::size_t kSinglePrecisionTerms = 4096;

// Magnitudes of floats order as their bits do, and integer maxima vectorise whatever a NaN would
// mean.
constexpr std::int32_t kMagnitudeBits = 0x7FFFFFFF;

inline std::int32_t MagnitudeBits(float x) {
  return std::bit_cast<std::int32_t>(x) & kMagnitudeBits;
}

TM_KERNEL std::int32_t PeakBits(const float* x, std::size_t n) {
  std::int32_t peak = 0;
  for (std::size_t i = 0; i < n; ++i) peak = std::max(peak, MagnitudeBits(x[i]));
  return peak;
}

TM_KERNEL float Squares(const float* x, std::size_t n) {
  float sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += x[i] * x[i];
  return sum;
}

constexpr std::size_t kLanes = 16;

// Cells are short: whole vectors, filled up with zeros, beat a remainder sample by sample. In front
// of the first distance stands the same once more, so that it makes no step.
TM_KERNEL CentredSums Centred(float centre, const float* __restrict x, std::size_t n) {
  alignas(64) float d[kLanes + kMaxSumsAround];
  const std::size_t n_padded = (n + kLanes - 1) / kLanes * kLanes;
  for (std::size_t i = 0; i < kLanes; ++i) d[n_padded + i] = 0;
  d[kLanes - 1] = x[0] - centre;
  for (std::size_t i = 0; i < n; ++i) d[kLanes + i] = x[i] - centre;
  float sum = 0;
  float squares = 0;
  float squared_steps = 0;
  std::int32_t peak = 0;
  for (std::size_t i = kLanes; i < kLanes + n_padded; ++i) {
    const float step = d[i] - d[i - 1];
    sum += d[i];
    squares += d[i] * d[i];
    squared_steps += step * step;
    peak = std::max(peak, MagnitudeBits(d[i]));
  }
  const float last = d[kLanes + n - 1];
  if (n < n_padded) squared_steps -= last * last;
  return {sum, squares, squared_steps, std::bit_cast<float>(peak)};
}

}  // namespace

float PeakMagnitude(std::span<const float> samples) {
  return std::bit_cast<float>(PeakBits(samples.data(), samples.size()));
}

double SumOfSquares(std::span<const float> samples) {
  double sum = 0;
  for (std::size_t at = 0; at < samples.size(); at += kSinglePrecisionTerms) {
    const std::size_t n = std::min(kSinglePrecisionTerms, samples.size() - at);
    sum += static_cast<double>(Squares(samples.data() + at, n));
  }
  return sum;
}

CentredSums SumsAround(float centre, std::span<const float> samples) {
  assert(samples.size() <= kMaxSumsAround);
  if (samples.empty()) return {};
  return Centred(centre, samples.data(), samples.size());
}

}  // namespace tidemark::dsp
