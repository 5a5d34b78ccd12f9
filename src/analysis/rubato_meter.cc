#include "analysis/rubato_meter.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace tidemark::analysis {
namespace {

constexpr std::size_t kLeastBeats = 8;
constexpr std::size_t kApart = 2;  // of the two intervals, in intervals
constexpr double kMostUnsteady = 0.2;
// Unsteadiness.
struct Bounds {
  double rubato_above;
  double steady_below;
};
constexpr Bounds kWithHindsight{0.04, 0.033};
constexpr Bounds kWithout{0.065, 0.055};
constexpr double kClearAbove = 0.2;  // the beats' strength
constexpr double kFaintBelow = 0.17;
constexpr double kForget = RubatoMeter::kStep_s / 30;  // over 30 s

}  // namespace

void RubatoMeter::Follow(std::span<const DecodedBeat> path, const BeatHistory& history) {
  if (path.size() < kLeastBeats) return;
  double times[kApart + 2] = {};  // of the last beats, in frames
  double differences = 0;
  double strengths = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    strengths += static_cast<double>(history.Strength(path[i].frame));
    std::shift_left(std::begin(times), std::end(times), 1);
    times[kApart + 1] = history.Peak(path[i].frame);
    if (i <= kApart) continue;
    const double earlier = std::max(times[1] - times[0], 1.0);
    const double later = std::max(times[kApart + 1] - times[kApart], 1.0);
    differences += std::min(std::abs(std::log(later / earlier)), kMostUnsteady);
  }
  const auto n = static_cast<double>(path.size());
  const double n_pairs = n - static_cast<double>(kApart + 1);
  ++n_followed_;
  const double forget = std::max(kForget, 1 / n_followed_);
  unsteadiness_ += (differences / n_pairs - unsteadiness_) * forget;
  strength_ += (strengths / n - strength_) * forget;
  const Bounds& bounds = hindsight_ == Hindsight::kSome ? kWithHindsight : kWithout;
  if (unsteadiness_ > bounds.rubato_above && strength_ >= kClearAbove) rubato_ = true;
  if (unsteadiness_ < bounds.steady_below || strength_ < kFaintBelow) rubato_ = false;
}

}  // namespace tidemark::analysis
