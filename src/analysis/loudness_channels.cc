#include <algorithm>
#include <array>
#include <bit>

#include "analysis/loudness.h"

namespace tidemark::analysis {
namespace {

// Positions of WAVE_FORMAT_EXTENSIBLE by bit.
enum Speaker : std::uint8_t {
  kLfe = 3,
  kBackLeft = 4,
  kBackRight = 5,
  kSideLeft = 9,
  kSideRight = 10
};
constexpr std::uint32_t kSides = (1U << kSideLeft) | (1U << kSideRight);
constexpr double kSurround = 1.41;

double WeightOf(int speaker, std::uint32_t mask) {
  switch (speaker) {
    case kLfe:
      return 0.0;
    case kSideLeft:
    case kSideRight:
      return kSurround;
    case kBackLeft:
    case kBackRight:
      return (mask & kSides) == 0 ? kSurround : 1.0;
    default:
      return 1.0;
  }
}

constexpr std::array<double, 4> kQuad = {1, 1, kSurround, kSurround};
constexpr std::array<double, 5> kFive = {1, 1, 1, kSurround, kSurround};
constexpr std::array<double, 6> kFiveOne = {1, 1, 1, 0, kSurround, kSurround};

}  // namespace

void ChannelWeights(const StreamFormat& format, std::span<double> weights) {
  std::fill(weights.begin(), weights.end(), format.channels <= 3 ? 1.0 : 0.0);
  if (format.channel_mask != 0) {
    std::uint32_t left = format.channel_mask;
    for (double& weight : weights) {
      weight = left == 0 ? 0.0 : WeightOf(std::countr_zero(left), format.channel_mask);
      left &= left - 1;
    }
  } else if (weights.size() == 4) {
    std::copy(kQuad.begin(), kQuad.end(), weights.begin());
  } else if (weights.size() == 5) {
    std::copy(kFive.begin(), kFive.end(), weights.begin());
  } else if (weights.size() >= 6) {
    std::copy(kFiveOne.begin(), kFiveOne.end(), weights.begin());
  }
}

}  // namespace tidemark::analysis
