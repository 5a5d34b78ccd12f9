#include "dsp/finite_kernels.h"

#include <bit>
#include <cstdint>

#include "dsp/simd.h"

namespace tidemark::dsp {
namespace {

// IEEE 754 single precision without its sign grows with the magnitude; NaN and infinity are on top.
constexpr std::uint32_t kMagnitude = 0x7FFFFFFFU;
constexpr std::uint32_t kLimit = std::bit_cast<std::uint32_t>(kMaxSample);

TM_KERNEL std::uint32_t CountUnusable(const float* samples, std::size_t n) {
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    count += (std::bit_cast<std::uint32_t>(samples[i]) & kMagnitude) >= kLimit ? 1U : 0U;
  }
  return count;
}

}  // namespace

std::size_t ReplaceNonFinite(std::span<float> samples) {
  const std::size_t count = CountUnusable(samples.data(), samples.size());
  if (count == 0) return 0;
  for (float& x : samples) {
    if ((std::bit_cast<std::uint32_t>(x) & kMagnitude) >= kLimit) x = 0;
  }
  return count;
}

}  // namespace tidemark::dsp
