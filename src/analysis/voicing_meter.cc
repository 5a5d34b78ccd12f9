#include "analysis/voicing_meter.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "analysis/voicing_kernels.h"

namespace tidemark::analysis {
namespace {

// -72 dBFS over the window: below it nothing is periodic.
constexpr float kFloor = 1e-5F;
// The first peak that is nearly as high as the highest is the pitch: multiples of a period
// correlate as well.
constexpr float kNearlyHighest = 0.9F;
constexpr float kRateHz = 4'000;

}  // namespace

Voicing VoicingMeter::Push(std::span<const float> samples) {
  assert(samples.size() == kFrames);
  std::copy(samples_.begin() + kFrames, samples_.end(), samples_.begin());
  std::copy(samples.begin(), samples.end(), samples_.end() - kFrames);
  std::array<float, kLags> correlation;
  NormalisedCorrelation(samples_.data(), kWindow, kFirstLag, kLags, kFloor, correlation.data());
  const auto inner = std::span(correlation).subspan(1, kLags - 2);
  const auto highest = std::ranges::max_element(inner);
  auto best = static_cast<std::size_t>(highest - inner.begin()) + 1;
  const float wanted = kNearlyHighest * *highest;
  for (std::size_t i = 1; i < best; ++i) {
    const bool peak = correlation[i] >= correlation[i - 1] && correlation[i] >= correlation[i + 1];
    if (peak && correlation[i] >= wanted) best = i;
  }
  // The top of the parabola through the three.
  const float before = correlation[best - 1];
  const float at = correlation[best];
  const float after = correlation[best + 1];
  const float curve = before - 2 * at + after;
  const float shift = curve < 0 ? std::clamp((before - after) / (2 * curve), -0.5F, 0.5F) : 0;
  const float lag = static_cast<float>(kFirstLag + best) + shift;
  return {at, std::log2(kRateHz / lag)};
}

}  // namespace tidemark::analysis
