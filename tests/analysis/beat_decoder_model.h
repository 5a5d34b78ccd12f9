// A slow and plain model of BeatDecoder that tries every path there is.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/beat_decoder.h"

namespace tidemark::analysis {

// The score of a path as beat_decoder.h and Krebs et al. have it, in double precision and without
// the rings: the odds of its beats, the preference for its intervals but the first, which nothing
// came before, and the transitions between them.
class Model {
 public:
  Model(const BeatDecoderOptions& options, const std::vector<float>& probabilities)
      : options_(options),
        shortest_(static_cast<std::int32_t>(options.shortest)),
        longest_(static_cast<std::int32_t>(options.longest)) {
    double most = 0.05;
    int n_quiet = 0;
    for (const float p : probabilities) {
      quiet_before_.push_back(n_quiet >= 0.8 * options.frames_per_second);
      n_quiet = p < 0.01F ? n_quiet + 1 : 0;
      const double decay = std::exp(-1 / (10.0 * options.frames_per_second));
      most = std::max({static_cast<double>(p), most * decay, 0.05});
      const double raised = std::clamp(static_cast<double>(p) * std::sqrt(0.8 / most), 0.05, 0.99);
      odds_.push_back(std::log(raised * options.beat_odds / (1 - raised)));
    }
    if (options.beat_frames == 1) return;
    for (std::size_t i = 0; i + 1 < odds_.size(); ++i) odds_[i] += odds_[i + 1];
  }

  [[nodiscard]] double Score(std::span<const DecodedBeat> path) const {
    double score = Odds(path[0]);
    for (std::size_t i = 1; i < path.size(); ++i) score += Step(path[i - 1], path[i]);
    return score;
  }

  // Of all paths there are, by trying each.
  double BestScore() {
    best_ = -1e30;
    const std::int64_t end = std::min<std::int64_t>(longest_, std::ssize(odds_));
    for (std::int64_t frame = 0; frame < end; ++frame) {
      for (std::int32_t interval = shortest_; interval <= longest_; ++interval) {
        const DecodedBeat first{.frame = frame, .interval = interval};
        Try(first, Odds(first));
      }
    }
    return best_;
  }

 private:
  [[nodiscard]] double Odds(const DecodedBeat& beat) const {
    return odds_[static_cast<std::size_t>(beat.frame)];
  }

  [[nodiscard]] double Step(const DecodedBeat& before, const DecodedBeat& beat) const {
    const double seconds = static_cast<double>(beat.interval) / options_.frames_per_second;
    const double octaves = std::log2(60 / seconds / BeatDecoder::kPreferredBpm) / 0.6;
    return Odds(beat) + Transition(before, beat) - 0.5 * seconds * octaves * octaves / 2;
  }

  [[nodiscard]] bool Reachable(std::int32_t from, std::int32_t to) const {
    if (options_.steady) return std::abs(from - to) <= 1;
    const double ratio = static_cast<double>(to) / from;
    return ratio <= BeatDecoder::kWidestStep && ratio >= 1 / BeatDecoder::kWidestStep;
  }

  [[nodiscard]] double Transition(const DecodedBeat& before, const DecodedBeat& beat) const {
    const bool quiet = quiet_before_[static_cast<std::size_t>(beat.frame)];
    const double jump = quiet ? -1 : -20;
    if (!Reachable(before.interval, beat.interval)) return jump;
    const auto weight = [&](std::int32_t i) {
      return -options_.tempo_inertia * std::abs(static_cast<double>(i) / before.interval - 1);
    };
    double sum = 0;
    for (std::int32_t i = shortest_; i <= longest_; ++i) {
      if (Reachable(before.interval, i)) sum += std::exp(weight(i));
    }
    return std::max(jump, weight(beat.interval) - std::log(sum));
  }

  void Try(const DecodedBeat& last, double score) {
    DecodedBeat next{.frame = last.frame + last.interval, .interval = shortest_};
    if (next.frame >= std::ssize(odds_)) {
      best_ = std::max(best_, score);
      return;
    }
    for (; next.interval <= longest_; ++next.interval) Try(next, score + Step(last, next));
  }

  BeatDecoderOptions options_;
  std::int32_t shortest_;
  std::int32_t longest_;
  std::vector<double> odds_;
  std::vector<bool> quiet_before_;
  double best_ = 0;
};

}  // namespace tidemark::analysis
