#include "analysis/beat_decoder.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "analysis/beat_decoder_kernels.h"

namespace tidemark::analysis {
namespace {

constexpr float kMostProbability = 0.99F;
// Where the network is unsure throughout, half of that is taken back: probabilities are raised by
// the square root of how far the highest of some 10 s lies below the usual.
constexpr float kUsualMost = 0.8F;
constexpr float kLeastMost = 0.05F;
constexpr double kRecent_s = 10;
// Log-normal, per second.
constexpr double kPreferenceOctaves = 0.6;
constexpr float kJumpAfterQuiet = -1;
constexpr float kQuiet = 0.01F;  // likelihoods below it, for
constexpr double kQuiet_s = 0.8;
constexpr double kPause_s = 2;
// The level that is kept is a mean over this, and is kept in full once it was heard as long.
constexpr double kLevel_s = 20;
constexpr float kImpossible = -1e30F;
constexpr std::uint8_t kNone = 255;  // in place of the interval before: there was no beat
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
  return (margin / kDecoderLanes + 1) * kDecoderLanes;
}

// How many of the limits, the largest of which comes first, are above `least`; about as many as
// `guess`.
std::int32_t CountAbove(float least, std::span<const float> limits, std::int32_t guess) {
  auto n = static_cast<std::size_t>(guess);
  while (n < limits.size() && limits[n] > least) ++n;
  while (n > 0 && limits[n - 1] <= least) --n;
  return static_cast<std::int32_t>(n);
}

double SecondsOf(const BeatDecoderOptions& options, std::size_t interval) {
  return static_cast<double>(interval) / options.frames_per_second;
}

// Above the preferred tempo.
double OctavesOf(const BeatDecoderOptions& options, std::size_t interval) {
  return std::log2(60 / SecondsOf(options, interval) / BeatDecoder::kPreferredBpm);
}

float LargestOf(std::span<const float> values) { return *std::ranges::max_element(values); }

}  // namespace

std::size_t BeatDecoder::PlanBytes(const BeatDecoderOptions& options) {
  const std::size_t n_blocks = NumBlocks(options);
  const std::size_t n_padded = n_blocks * kDecoderLanes;
  return memory::ArenaBytes<Block>(n_blocks) + memory::ArenaBytes<float>(NumSteps(options)) +
         memory::ArenaBytes<float>(n_blocks * Margin(options)) +
         memory::ArenaBytes<float>(ScoreRows(options) * n_padded) +
         memory::ArenaBytes<float>(ScoreRows(options)) +
         memory::ArenaBytes<std::uint8_t>(kMaxPathFrames * n_padded) +
         memory::ArenaBytes<float>(n_padded + 2 * Margin(options)) +
         memory::ArenaBytes<float>(n_blocks) + 2 * memory::ArenaBytes<float>(n_padded) +
         memory::ArenaBytes<std::int32_t>(n_padded) +
         memory::ArenaBytes<DecodedBeat>(kMaxPathBeats);
}

BeatDecoder::BeatDecoder(const BeatDecoderOptions& options, memory::Arena& arena)
    : options_(options),
      n_intervals_(NumIntervals(options)),
      blocks_(arena.Take<Block>(NumBlocks(options))),
      steps_(arena.Take<float>(NumSteps(options))),
      limits_(arena.Take<float>(blocks_.size() * Margin(options))),
      scores_(arena.Take<float>(ScoreRows(options) * blocks_.size() * kDecoderLanes)),
      row_most_(arena.Take<float>(ScoreRows(options))),
      previous_(arena.Take<std::uint8_t>(kMaxPathFrames * blocks_.size() * kDecoderLanes)),
      padded_ending_(arena.Take<float>(blocks_.size() * kDecoderLanes + 2 * Margin(options))),
      ending_(padded_ending_.subspan(Margin(options), blocks_.size() * kDecoderLanes)),
      block_most_(arena.Take<float>(blocks_.size())),
      preference_(arena.Take<float>(blocks_.size() * kDecoderLanes)),
      best_(arena.Take<float>(blocks_.size() * kDecoderLanes)),
      origin_(arena.Take<std::int32_t>(blocks_.size() * kDecoderLanes)),
      path_(arena.Take<DecodedBeat>(kMaxPathBeats)) {
  assert(options.shortest > options.beat_frames && options.shortest < options.longest &&
         n_intervals_ < kNone);
  decay_ = static_cast<float>(std::exp(-1 / (kRecent_s * options.frames_per_second)));
  quiet_frames_ = static_cast<std::int64_t>(kQuiet_s * options.frames_per_second);
  pause_frames_ = static_cast<std::int64_t>(kPause_s * options.frames_per_second);
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
  std::ranges::fill(limits_, kImpossible);
  std::ranges::fill(preference_.subspan(n_intervals_), kImpossible);
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
    LimitSteps(block);
  }
}

void BeatDecoder::LimitSteps(std::size_t index) {
  const Block& block = blocks_[index];
  float most = kImpossible;
  for (std::int32_t change = block.reach; change >= 0; --change) {
    for (const std::int32_t row : {block.reach - change, block.reach + change}) {
      const std::size_t at = block.first_step + static_cast<std::size_t>(row) * kDecoderLanes;
      most = std::max(most, LargestOf(steps_.subspan(at, kDecoderLanes)));
    }
    Limits(index)[static_cast<std::size_t>(change)] = most;
  }
}

void BeatDecoder::Prefer() {
  const double level_weight = options_.level_weight * std::min(kept_s_ / kLevel_s, 1.0);
  for (std::size_t i = 0; i < n_intervals_; ++i) {
    const double octaves = OctavesOf(options_, i + options_.shortest);
    const double spreads = octaves / kPreferenceOctaves;
    const double apart = std::min(std::abs(octaves - kept_octaves_), 1.0);
    const double a_second =
        options_.preference_weight * spreads * spreads / 2 + level_weight * apart * apart;
    preference_[i] = static_cast<float>(-SecondsOf(options_, i + options_.shortest) * a_second);
  }
}

void BeatDecoder::Keep(std::int32_t interval) {
  if (options_.level_weight == 0) return;
  const auto n_frames = static_cast<std::size_t>(interval);
  const double seconds = SecondsOf(options_, n_frames);
  kept_s_ += seconds;
  const double part = seconds / std::min(kept_s_, kLevel_s);
  kept_octaves_ += (OctavesOf(options_, n_frames) - kept_octaves_) * part;
  Prefer();
}

void BeatDecoder::Reset() {
  n_frames_ = 0;
  kept_octaves_ = kept_s_ = 0;
  Prefer();
  recent_most_ = kLeastMost;
  n_quiet_ = 0;
}

std::span<float> BeatDecoder::Row(std::int64_t frame) const {
  const std::size_t row = static_cast<std::size_t>(frame) % ScoreRows(options_);
  return scores_.subspan(row * n_padded(), n_padded());
}

std::span<float> BeatDecoder::Limits(std::size_t block) const {
  const std::size_t n = limits_.size() / blocks_.size();
  return limits_.subspan(block * n, n);
}

float& BeatDecoder::RowMost(std::int64_t frame) const {
  return row_most_[static_cast<std::size_t>(frame) % row_most_.size()];
}

// Scores are relative to the path on which no frame is a beat's. A tempo may change altogether:
// seldom in music that goes on, easily after a silence.
void BeatDecoder::Push(float probability) {
  ScoreEndings();
  const float most = LargestOf(block_most_);
  const float jump = most + (n_quiet_ >= quiet_frames_ ? kJumpAfterQuiet : options_.jump);
  const bool first = n_frames_ < static_cast<std::int64_t>(options_.longest) && jump < 0;
  ChooseOrigins(first ? 0 : jump);
  const auto likeliest = std::ranges::find(ending_, most) - ending_.begin();
  const std::uint8_t jumped_from = first ? kNone : static_cast<std::uint8_t>(likeliest);
  const std::size_t ring = static_cast<std::size_t>(n_frames_) % kMaxPathFrames;
  KeepOrigins(origin_.data(), n_padded(), jumped_from, &previous_[ring * n_padded()]);
  const float odds = LogOdds(probability);
  const std::span<float> row = Row(n_frames_);
  RowMost(n_frames_) = Add(best_.data(), preference_.data(), odds, n_padded(), row.data());
  if (first) {  // beats that nothing came before prefer no tempo
    for (std::size_t i = 0; i < n_intervals_; ++i) {
      if (origin_[i] == kNoChange) row[i] = best_[i] + odds;
    }
    RowMost(n_frames_) = LargestOf(row.first(n_intervals_));
  }
  if (options_.beat_frames > 1 && n_frames_ > 0) {
    RowMost(n_frames_ - 1) += odds;
    Shift(odds, n_padded(), Row(n_frames_ - 1).data());
  }
  ++n_frames_;
  if (n_frames_ % kRenormaliseEvery == 0) Renormalise();
}

// Of each block only the steps are tried that may lead to more than what is there otherwise.
void BeatDecoder::ChooseOrigins(float otherwise) {
  for (std::size_t index = 0; index < blocks_.size(); ++index) {
    Block& block = blocks_[index];
    const auto n_near = (static_cast<std::size_t>(block.reach) + kDecoderLanes - 1) / kDecoderLanes;
    float most = kImpossible;
    for (std::size_t near = index - std::min(index, n_near);
         near <= std::min(index + n_near, blocks_.size() - 1); ++near) {
      most = std::max(most, block_most_[near]);
    }
    const std::int32_t n_changes = CountAbove(otherwise - most, Limits(index), block.n_changes);
    block.n_changes = n_changes;
    const std::size_t at = index * kDecoderLanes;
    const float* const centre =
        &steps_[block.first_step] + block.reach * std::ptrdiff_t{kDecoderLanes};
    BestOrigins(&ending_[at], centre, n_changes, otherwise, &best_[at], &origin_[at]);
  }
}

float BeatDecoder::LogOdds(float probability) {
  n_quiet_ = probability < kQuiet ? n_quiet_ + 1 : 0;
  if (n_quiet_ == pause_frames_ && kept_s_ > 0) {
    kept_octaves_ = kept_s_ = 0;
    Prefer();
  }
  recent_most_ = std::max({probability, recent_most_ * decay_, kLeastMost});
  const float raised = probability * std::sqrt(kUsualMost / recent_most_);
  const float p =
      std::clamp(raised, static_cast<float>(options_.least_probability), kMostProbability);
  return std::log(p * static_cast<float>(options_.beat_odds) / (1 - p));
}

// Rows of ever earlier frames; their ring wraps at most once.
void BeatDecoder::ScoreEndings() {
  const auto frame = static_cast<std::size_t>(n_frames_);
  const std::size_t n_rows = ScoreRows(options_);
  const std::size_t n_known =
      frame < options_.shortest ? 0 : std::min(n_intervals_, frame - options_.shortest + 1);
  const std::size_t row = (frame + n_rows - options_.shortest) % n_rows;
  const std::size_t n_low = std::min(n_known, row + 1);
  const std::size_t newest = n_rows - 1;
  TakeDiagonal(scores_.data() + row * n_padded(), n_padded(), n_low, ending_.data());
  TakeDiagonal(scores_.data() + newest * n_padded() + n_low, n_padded(), n_known - n_low,
               ending_.data() + n_low);
  std::ranges::fill(ending_.subspan(n_known, n_intervals_ - n_known), kImpossible);
  LargestOfBlocks(ending_.data(), blocks_.size(), block_most_.data());
}

void BeatDecoder::Renormalise() {
  if (n_frames_ <= static_cast<std::int64_t>(ScoreRows(options_))) return;
  const float largest = RowMost(n_frames_ - 1);
  Shift(-largest, row_most_.size(), row_most_.data());
  Shift(-largest, scores_.size(), scores_.data());
}

std::span<const DecodedBeat> BeatDecoder::BestPath(std::int64_t since) {
  const auto longest = static_cast<std::int64_t>(options_.longest);
  float best = kImpossible;
  DecodedBeat beat{.frame = -1, .interval = 0};
  for (std::int64_t frame = std::max<std::int64_t>(0, n_frames_ - longest); frame < n_frames_;
       ++frame) {
    if (RowMost(frame) <= best) continue;
    const auto left = static_cast<std::size_t>(n_frames_ - frame);
    const std::size_t first = left > options_.shortest ? left - options_.shortest : 0;
    const auto lasting = Row(frame).first(n_intervals_).subspan(first);
    const float most = LargestOf(lasting);
    if (most <= best) continue;
    best = most;
    const auto at = std::ranges::find(lasting, most) - lasting.begin();
    beat = {.frame = frame,
            .interval = static_cast<std::int32_t>(first + options_.shortest) +
                        static_cast<std::int32_t>(at)};
  }
  const std::int64_t oldest =
      std::max(since, n_frames_ - static_cast<std::int64_t>(kMaxPathFrames));
  std::size_t at = path_.size();
  while (beat.frame >= oldest && beat.frame >= 0 && at > 0) {
    path_[--at] = beat;
    const std::size_t ring = static_cast<std::size_t>(beat.frame) % kMaxPathFrames;
    const std::size_t index = static_cast<std::size_t>(beat.interval) - options_.shortest;
    const std::uint8_t previous = previous_[ring * n_padded() + index];
    if (previous == kNone) break;
    beat.interval = static_cast<std::int32_t>(previous + options_.shortest);
    beat.frame -= beat.interval;
  }
  return path_.subspan(at);
}

}  // namespace tidemark::analysis
