#include "analysis/beat_history.h"

#include <algorithm>

namespace tidemark::analysis {
namespace {

// Where the likelihood of a beat peaks, from its first frame on.
constexpr std::int64_t kBefore = 2;
constexpr std::int64_t kAfter = 5;
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
