#include "analysis/rubato_meter.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tidemark::analysis {
namespace {

constexpr std::size_t kLeastBeats = 8;
constexpr std::size_t kLeastSteadyBeats = 4;
constexpr std::size_t kApart = 2;  // of the two intervals, in intervals
constexpr double kMostUnsteady = 0.2;
// Unsteadiness.
struct Bounds {
  double rubato_above;
  double steady_below;
};
constexpr Bounds kWithHindsight{0.038, 0.032};
constexpr Bounds kWithout{0.065, 0.055};
// The unsteadiness of the steady decoder's beats too: a song that the free one has doubled is only
// unsteady to that one. More is asked for where the steady one's beats are the stronger.
constexpr Bounds kSteadyToo{0.028, 0.024};
constexpr double kMoreForStronger = 0.03;
constexpr double kClearAbove = 0.2;  // the beats' strength
constexpr double kFaintBelow = 0.17;
// The strength of the steady beats over that of the free ones.
constexpr double kAlikeBelow = 1.28;
constexpr double kDoubledAbove = 1.34;
constexpr double kForget = RubatoMeter::kStep_s / 30;  // over 30 s

double MeanStrength(std::span<const DecodedBeat> path, const BeatHistory& history) {
  double sum = 0;
  for (const DecodedBeat& beat : path) sum += static_cast<double>(history.Strength(beat.frame));
  return sum / static_cast<double>(path.size());
}

// REQUIRES: more than kApart + 1 beats.
double Unsteadiness(std::span<const DecodedBeat> path, const BeatHistory& history) {
  std::array<double, kApart + 2> times{};  // of the last beats, in frames
  double differences = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    std::shift_left(times.begin(), times.end(), 1);
    times.back() = history.Peak(path[i].frame);
    if (i <= kApart) continue;
    const double earlier = std::max(times[1] - times[0], 1.0);
    const double later = std::max(times[kApart + 1] - times[kApart], 1.0);
    differences += std::min(std::abs(std::log(later / earlier)), kMostUnsteady);
  }
  return differences / static_cast<double>(path.size() - kApart - 1);
}

}  // namespace

void RubatoMeter::Follow(std::span<const DecodedBeat> free, std::span<const DecodedBeat> steady,
                         const BeatHistory& history) {
  if (free.size() < kLeastBeats || steady.size() < kLeastSteadyBeats) return;
  ++n_followed_;
  const double part = std::max(kForget, 1 / n_followed_);
  const auto follow = [part](double& mean, double now) { mean += (now - mean) * part; };
  follow(unsteadiness_, Unsteadiness(free, history));
  follow(steady_unsteadiness_, Unsteadiness(steady, history));
  follow(free_strength_, MeanStrength(free, history));
  follow(steady_strength_, MeanStrength(steady, history));
  const Bounds& bounds = hindsight_ == Hindsight::kSome ? kWithHindsight : kWithout;
  const double stronger = steady_strength_ / std::max(free_strength_, kFaintBelow);
  const double steady_too = steady_unsteadiness_ - kMoreForStronger * std::max(stronger - 1, 0.0);
  if (unsteadiness_ > bounds.rubato_above && steady_too > kSteadyToo.rubato_above &&
      free_strength_ >= kClearAbove && stronger < kAlikeBelow) {
    rubato_ = true;
  }
  if (unsteadiness_ < bounds.steady_below || steady_too < kSteadyToo.steady_below ||
      free_strength_ < kFaintBelow || stronger > kDoubledAbove) {
    rubato_ = false;
  }
}

}  // namespace tidemark::analysis
