#include "analysis/beat_decoder.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "analysis/beat_decoder_kernels.h"

namespace tidemark::analysis {
namespace {

// Between these a probability says something.
constexpr float kLeastProbability = 0.05F;
constexpr float kMostProbability = 0.99F;
// Where the network is unsure throughout, half of that is taken back: probabilities are raised by
// the square root of how far the highest of some 10 s lies below the usual.
constexpr float kUsualMost = 0.8F;
constexpr float kLeastMost = 0.05F;
constexpr double kRecent_s = 10;
// Log-normal, per second.
constexpr double kPreferenceOctaves = 0.6;
constexpr double kPreferenceWeight = 0.5;
// Log-probability of a tempo that has nothing to do with the last.
constexpr float kJump = -20;
constexpr float kJumpAfterQuiet = -1;
constexpr float kQuiet = 0.01F;  // likelihoods below it, for
constexpr double kQuiet_s = 0.8;
constexpr float kImpossible = -1e30F;
constexpr std::uint8_t kNone = 255;
// In place of a change of interval, larger than any: no beat before it; a beat of any interval.
constexpr std::int32_t kFirst = 1 << 20;
constexpr std::int32_t kJumped = kFirst + 1;
constexpr std::int64_t kRenormaliseEvery = 1024;  // frames; keeps float scores exact enough

std::size_t NumIntervals(const BeatDecoderOptions& options) {
  return options.longest - options.shortest + 1;
}

// Rows that are looked back to: a whole interval, and the row at hand.
std::size_t ScoreRows(const BeatDecoderOptions& options) { return options.longest + 1; }

double Ratio(const BeatDecoderOptions& options, std::size_t from, std::size_t to) {
  return static_cast<double>(to + options.shortest) / static_cast<double>(from + options.shortest);
}

bool Reachable(const BeatDecoderOptions& options, std::size_t from, std::size_t to) {
  if (options.steady) return std::max(from, to) - std::min(from, to) <= 1;
  const double ratio = Ratio(options, from, to);
  return ratio <= BeatDecoder::kWidestStep && ratio >= 1 / BeatDecoder::kWidestStep;
}

std::size_t NumBlocks(const BeatDecoderOptions& options) {
  return (NumIntervals(options) + kDecoderLanes - 1) / kDecoderLanes;
}

// How far intervals of a block lie from those they may come from.
std::size_t Reach(const BeatDecoderOptions& options, std::size_t block) {
  const std::size_t last = NumIntervals(options) - 1;
  const std::size_t end = std::min((block + 1) * kDecoderLanes, last + 1);
  std::size_t reach = 0;
  for (std::size_t to = block * kDecoderLanes; to < end; ++to) {
    while (to > reach && Reachable(options, to - reach - 1, to)) ++reach;
    while (to + reach < last && Reachable(options, to + reach + 1, to)) ++reach;
  }
  return reach;
}

std::size_t NumSteps(const BeatDecoderOptions& options) {
  std::size_t n = 0;
  for (std::size_t block = 0; block < NumBlocks(options); ++block) {
    n += (2 * Reach(options, block) + 1) * kDecoderLanes;
  }
  return n;
}

// On either side of ending_; steps reach no farther from their block than there are intervals.
std::size_t Margin(const BeatDecoderOptions& options) {
  std::size_t margin = 0;
  for (std::size_t block = 0; block < NumBlocks(options); ++block) {
    margin = std::max(margin, Reach(options, block));
  }
  return (margin + kDecoderLanes - 1) / kDecoderLanes * kDecoderLanes;
}

}  // namespace

std::size_t BeatDecoder::PlanBytes(const BeatDecoderOptions& options) {
  const std::size_t n = NumIntervals(options);
  const std::size_t n_padded = NumBlocks(options) * kDecoderLanes;
  return memory::ArenaBytes<float>(n) + memory::ArenaBytes<Block>(NumBlocks(options)) +
         memory::ArenaBytes<float>(NumSteps(options)) +
         memory::ArenaBytes<float>(ScoreRows(options) * n) +
         memory::ArenaBytes<std::uint8_t>(kMaxPathFrames * n) +
         memory::ArenaBytes<float>(kMaxPathFrames) +
         memory::ArenaBytes<float>(n_padded + 2 * Margin(options)) +
         memory::ArenaBytes<float>(n_padded) + memory::ArenaBytes<std::int32_t>(n_padded) +
         memory::ArenaBytes<DecodedBeat>(kMaxPathBeats);
}

BeatDecoder::BeatDecoder(const BeatDecoderOptions& options, memory::Arena& arena)
    : options_(options),
      n_intervals_(NumIntervals(options)),
      preference_(arena.Take<float>(n_intervals_)),
      blocks_(arena.Take<Block>(NumBlocks(options))),
      steps_(arena.Take<float>(NumSteps(options))),
      scores_(arena.Take<float>(ScoreRows(options) * n_intervals_)),
      previous_(arena.Take<std::uint8_t>(kMaxPathFrames * n_intervals_)),
      odds_(arena.Take<float>(kMaxPathFrames)),
      padded_ending_(arena.Take<float>(blocks_.size() * kDecoderLanes + 2 * Margin(options))),
      ending_(padded_ending_.subspan(Margin(options), blocks_.size() * kDecoderLanes)),
      best_(arena.Take<float>(blocks_.size() * kDecoderLanes)),
      origin_(arena.Take<std::int32_t>(blocks_.size() * kDecoderLanes)),
      path_(arena.Take<DecodedBeat>(kMaxPathBeats)) {
  assert(options.shortest > options.beat_frames && options.shortest < options.longest &&
         n_intervals_ < kNone);
  for (std::size_t i = 0; i < n_intervals_; ++i) {
    const double seconds = static_cast<double>(i + options.shortest) / options.frames_per_second;
    const double octaves =
        std::log2(60 / seconds / BeatDecoder::kPreferredBpm) / kPreferenceOctaves;
    preference_[i] = static_cast<float>(-kPreferenceWeight * seconds * octaves * octaves / 2);
  }
  quiet_frames_ = static_cast<std::int64_t>(kQuiet_s * options.frames_per_second);
  PlanTransitions();
  Reset();
}

// Of each interval, the probabilities of all that may follow add up to one.
void BeatDecoder::PlanTransitions() {
  const auto log_weight = [this](std::size_t from, std::size_t to) {
    return -options_.tempo_inertia * std::abs(Ratio(options_, from, to) - 1);
  };
  std::span<float> log_sums = best_.first(n_intervals_);
  for (std::size_t from = 0; from < n_intervals_; ++from) {
    double sum = 0;
    for (std::size_t to = 0; to < n_intervals_; ++to) {
      if (Reachable(options_, from, to)) sum += std::exp(log_weight(from, to));
    }
    log_sums[from] = static_cast<float>(std::log(sum));
  }
  std::ranges::fill(padded_ending_, kImpossible);
  std::ranges::fill(steps_, kImpossible);
  std::size_t at = 0;
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    const auto reach = static_cast<std::int32_t>(Reach(options_, block));
    blocks_[block] = {.reach = reach, .first_step = static_cast<std::uint32_t>(at)};
    for (std::int32_t change = -reach; change <= reach; ++change) {
      for (std::size_t lane = 0; lane < kDecoderLanes; ++lane, ++at) {
        const std::size_t to = block * kDecoderLanes + lane;
        const std::int64_t signed_from = static_cast<std::int64_t>(to) + change;
        const auto from = static_cast<std::size_t>(signed_from);
        if (signed_from < 0 || from >= n_intervals_ || to >= n_intervals_) continue;
        if (!Reachable(options_, from, to)) continue;
        steps_[at] = static_cast<float>(log_weight(from, to)) - log_sums[from];
      }
    }
  }
}

void BeatDecoder::Reset() {
  n_frames_ = 0;
  recent_most_ = kLeastMost;
  n_quiet_ = 0;
}

std::span<float> BeatDecoder::Row(std::int64_t frame) const {
  const std::size_t row = static_cast<std::size_t>(frame) % ScoreRows(options_);
  return scores_.subspan(row * n_intervals_, n_intervals_);
}

// Scores are relative to the path on which no frame is a beat's.
void BeatDecoder::Push(float probability) {
  const std::int64_t frame = n_frames_;
  const std::size_t ring = static_cast<std::size_t>(frame) % kMaxPathFrames;
  ScoreEndings();
  const std::span<float> row = Row(frame);
  std::uint8_t* const previous = &previous_[ring * n_intervals_];
  ChooseOrigins();
  std::size_t likeliest = n_intervals_;
  for (std::size_t to = 0; to < n_intervals_; ++to) {
    std::int32_t from = static_cast<std::int32_t>(to) + origin_[to];
    if (origin_[to] == kJumped) {
      if (likeliest == n_intervals_) {
        likeliest = static_cast<std::size_t>(std::ranges::max_element(ending_) - ending_.begin());
      }
      from = static_cast<std::int32_t>(likeliest);
    }
    const bool first = origin_[to] == kFirst;
    row[to] = first ? best_[to] : best_[to] + preference_[to];
    previous[to] = first ? kNone : static_cast<std::uint8_t>(from);
  }
  odds_[ring] = LogOdds(probability);
  if (options_.beat_frames > 1 && frame > 0) {
    odds_[static_cast<std::size_t>(frame - 1) % kMaxPathFrames] += odds_[ring];
  }
  ++n_frames_;
  if (n_frames_ % kRenormaliseEvery == 0) Renormalise();
}

// A tempo may change altogether: seldom in music that goes on, easily after a silence.
void BeatDecoder::ChooseOrigins() {
  const float jump = LargestOf(ending_.data(), ending_.size()) +
                     (n_quiet_ >= quiet_frames_ ? kJumpAfterQuiet : kJump);
  const bool may_be_first = n_frames_ < static_cast<std::int64_t>(options_.longest);
  const bool first = may_be_first && jump < 0;
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    const std::size_t at = block * kDecoderLanes;
    BestOrigins(&ending_[at], &steps_[blocks_[block].first_step], blocks_[block].reach,
                first ? 0 : jump, first ? kFirst : kJumped, &best_[at], &origin_[at]);
  }
}

float BeatDecoder::LogOdds(float probability) {
  const double decay = std::exp(-1 / (kRecent_s * options_.frames_per_second));
  n_quiet_ = probability < kQuiet ? n_quiet_ + 1 : 0;
  recent_most_ = std::max({probability, recent_most_ * static_cast<float>(decay), kLeastMost});
  const float raised = probability * std::sqrt(kUsualMost / recent_most_);
  const auto p = static_cast<double>(std::clamp(raised, kLeastProbability, kMostProbability));
  return static_cast<float>(std::log(p * options_.beat_odds / (1 - p)));
}

// Rows and odds of ever earlier frames; rings wrap at most once.
void BeatDecoder::ScoreEndings() {
  const auto frame = static_cast<std::size_t>(n_frames_);
  const std::size_t n_rows = ScoreRows(options_);
  const std::size_t n_known =
      frame < options_.shortest ? 0 : std::min(n_intervals_, frame - options_.shortest + 1);
  std::size_t row = (frame + n_rows - options_.shortest) % n_rows;
  for (std::size_t i = 0; i < n_known; ++i) {
    const std::size_t start = frame - options_.shortest - i;
    ending_[i] = scores_[row * n_intervals_ + i] + odds_[start % kMaxPathFrames];
    row = row == 0 ? n_rows - 1 : row - 1;
  }
  std::ranges::fill(ending_.subspan(n_known, n_intervals_ - n_known), kImpossible);
}

void BeatDecoder::Renormalise() {
  const std::span<const float> newest = Row(n_frames_ - 1);
  const float largest = *std::ranges::max_element(newest);
  if (n_frames_ <= static_cast<std::int64_t>(ScoreRows(options_))) return;
  for (float& score : scores_) score -= largest;
}

std::span<const DecodedBeat> BeatDecoder::BestPath(std::int64_t since) {
  const auto longest = static_cast<std::int64_t>(options_.longest);
  float best = kImpossible;
  DecodedBeat beat{.frame = -1, .interval = 0};
  for (std::int64_t frame = std::max<std::int64_t>(0, n_frames_ - longest); frame < n_frames_;
       ++frame) {
    const std::span<const float> row = Row(frame);
    const auto left = static_cast<std::size_t>(n_frames_ - frame);
    const std::size_t first = left > options_.shortest ? left - options_.shortest : 0;
    const float odds = Odds(frame);
    for (std::size_t i = first; i < n_intervals_; ++i) {
      const float score = row[i] + odds;
      if (score <= best) continue;
      best = score;
      beat = {.frame = frame, .interval = static_cast<std::int32_t>(i + options_.shortest)};
    }
  }
  const std::int64_t oldest =
      std::max(since, n_frames_ - static_cast<std::int64_t>(kMaxPathFrames));
  std::size_t at = path_.size();
  while (beat.frame >= oldest && beat.frame >= 0 && at > 0) {
    path_[--at] = beat;
    const std::size_t ring = static_cast<std::size_t>(beat.frame) % kMaxPathFrames;
    const std::size_t index = static_cast<std::size_t>(beat.interval) - options_.shortest;
    const std::uint8_t previous = previous_[ring * n_intervals_ + index];
    if (previous == kNone) break;
    beat.interval = static_cast<std::int32_t>(previous + options_.shortest);
    beat.frame -= beat.interval;
  }
  return path_.subspan(at);
}

}  // namespace tidemark::analysis
