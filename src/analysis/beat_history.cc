#include "analysis/beat_history.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace tidemark::analysis {
namespace {

// Where the likelihood of a beat peaks, from its first frame on.
constexpr std::int64_t kBefore = 2;
constexpr std::int64_t kAfter = 5;
// A beat's likelihoods add up to about 2; so weighed their sum stays about as likely as the
// largest.
constexpr float kSpreadGain = 0.33F;
// Under it a peak says nothing about when.
constexpr float kLeast = 0.02F;

}  // namespace

void BeatHistory::Add(const BeatLikelihood& likelihood) {
  kept_[static_cast<std::size_t>(n_frames_++) % kFrames] = likelihood;
}

std::int64_t BeatHistory::Begin(std::int64_t frame) const {
  return std::max<std::int64_t>(frame - kBefore, 0);
}

std::int64_t BeatHistory::End(std::int64_t frame) const {
  return std::min(frame + kAfter, n_frames_);
}

float BeatHistory::Strength(std::int64_t frame) const {
  float most = 0;
  for (std::int64_t i = Begin(frame); i < End(frame); ++i) most = std::max(most, At(i).beat);
  return most;
}

float BeatHistory::Downbeat(std::int64_t frame) const {
  float most = 0;
  for (std::int64_t i = Begin(frame); i < End(frame); ++i) most = std::max(most, At(i).downbeat);
  return most;
}

float BeatHistory::Spread(std::int64_t frame) const {
  static const auto kWindow = [] {
    std::array<float, 2 * kSpreadFrames + 1> window{};
    for (std::size_t i = 0; i < window.size(); ++i) {
      const double phase = static_cast<double>(i + 1) / static_cast<double>(window.size() + 1);
      window[i] =
          kSpreadGain * static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * phase));
    }
    return window;
  }();
  const std::int64_t first = frame - kSpreadFrames;
  float sum = 0;
  for (std::int64_t i = std::max<std::int64_t>(first, 0);
       i < std::min(frame + kSpreadFrames + 1, n_frames_); ++i) {
    sum += kWindow[static_cast<std::size_t>(i - first)] * At(i).beat;
  }
  return std::min(sum, 1.0F);
}

double BeatHistory::Peak(std::int64_t frame) const {
  std::int64_t peak = frame;
  for (std::int64_t i = Begin(frame); i < End(frame); ++i) {
    if (At(i).beat > At(peak).beat) peak = i;
  }
  if (At(peak).beat < kLeast) return static_cast<double>(frame);
  if (peak == 0 || peak + 1 >= n_frames_) return static_cast<double>(peak);
  const auto left = static_cast<double>(At(peak - 1).beat);
  const auto centre = static_cast<double>(At(peak).beat);
  const auto right = static_cast<double>(At(peak + 1).beat);
  const double bend = left - 2 * centre + right;
  const double offset = bend < 0 ? 0.5 * (left - right) / bend : 0;
  return static_cast<double>(peak) + std::clamp(offset, -0.5, 0.5);
}

}  // namespace tidemark::analysis
