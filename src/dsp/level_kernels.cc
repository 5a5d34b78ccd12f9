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

TM_KERNEL void Centred(float centre, const float* x, const std::size_t* edges, std::size_t n_pieces,
                       CentredSums* sums) {
  for (std::size_t p = 0; p < n_pieces; ++p) {
    const float* piece = x + edges[p];
    const std::size_t n = edges[p + 1] - edges[p];
    float sum = 0;
    float squares = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const float d = piece[i] - centre;
      sum += d;
      squares += d * d;
    }
    sums[p] = {sum, squares};
  }
}

TM_KERNEL float CentredPeak(float centre, const float* x, std::size_t n) {
  std::int32_t peak = 0;
  for (std::size_t i = 0; i < n; ++i) peak = std::max(peak, MagnitudeBits(x[i] - centre));
  return std::bit_cast<float>(peak);
}

TM_KERNEL float SquaredSteps(const float* x, std::size_t n) {
  float sum = 0;
  for (std::size_t i = 1; i < n; ++i) sum += (x[i] - x[i - 1]) * (x[i] - x[i - 1]);
  return sum;
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

void SumsAround(float centre, std::span<const float> samples, std::span<const std::size_t> edges,
                std::span<CentredSums> sums) {
  assert(!edges.empty() && edges.back() <= samples.size() && sums.size() >= edges.size() - 1);
  Centred(centre, samples.data(), edges.data(), edges.size() - 1, sums.data());
}

float PeakAround(float centre, std::span<const float> samples) {
  return CentredPeak(centre, samples.data(), samples.size());
}

float SumOfSquaredSteps(std::span<const float> samples) {
  return SquaredSteps(samples.data(), samples.size());
}

}  // namespace tidemark::dsp
