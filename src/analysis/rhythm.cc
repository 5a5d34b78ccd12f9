#include "analysis/rhythm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "base/audio_block.h"

namespace tidemark::analysis {
namespace {

constexpr double kHighestBandRateHz = 32'000;
constexpr int kFps = OnsetBands::kFramesPerSecond;
// With what the network looks ahead this stays within kLatency_s.
constexpr std::int64_t kSettleFrames = 550;
// As many frames may be on their way through the network.
constexpr std::size_t kHeard = 1024;
constexpr std::int64_t kSpread = BeatHistory::kSpreadFrames;
// A beat that is less likely, with neighbours no better, is not claimed; noise stays below.
constexpr float kFaint = 0.1F;
constexpr float kFaintCausal = 0.12F;  // without hindsight it says more of noise
// A sharp attack is in the window before it is in its middle; half of what that costs clicks, so
// that these and soft attacks lie evenly around their beats.
constexpr double kEarly_s = 0.004;
constexpr std::size_t kSides = 4;  // beats on either side that the tempo at a beat is measured over
constexpr std::int64_t kMusicLasts = 30 * kFps;
constexpr double kTempoMoved = 0.02;
constexpr double kPointEvery_s = 10;

std::size_t NumHalvings(const StreamFormat& format) {
  std::size_t n = 0;
  while (format.sample_rate_hz / std::exp2(n) > kHighestBandRateHz) ++n;
  return n;
}

double BandRateHz(const StreamFormat& format) {
  return format.sample_rate_hz / std::exp2(NumHalvings(format));
}

BeatDecoderOptions SteadyOptions(const RhythmOptions& options) {
  const double per_minute = 60.0 * kFps;
  return {.shortest = static_cast<std::size_t>(std::floor(per_minute / options.bpm_max)),
          .longest = static_cast<std::size_t>(std::ceil(per_minute / options.bpm_min)),
          .tempo_inertia = 40,
          .beat_odds = 2.4,
          .least_probability = 0.02,
          .preference_weight = 1,
          .level_weight = options.causal ? 0.25 : 0.5,  // without hindsight it is less sure
          .steady = options.steady,
          .frames_per_second = kFps};
}

BeatDecoderOptions FreeOptions(const RhythmOptions& options) {
  BeatDecoderOptions free = SteadyOptions(options);
  free.tempo_inertia = 30;
  free.beat_odds = 24;
  free.beat_frames = 2;
  free.least_probability = 0.005;
  free.preference_weight = 0.5;
  free.level_weight = 0;
  free.jump = -12;
  return free;
}

Hindsight HindsightOf(const RhythmOptions& options) {
  return options.causal ? Hindsight::kNone : Hindsight::kSome;
}

Result<void> Check(const RhythmOptions& options) {
  if (!(options.bpm_min >= RhythmAnalyzer::kLowestBpm) ||
      !(options.bpm_max <= RhythmAnalyzer::kHighestBpm) ||
      !(options.bpm_max >= RhythmAnalyzer::kLeastBpmRatio * options.bpm_min)) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("tempi from {:g} to {:g} BPM cannot be looked for: they must lie in {:g} "
                    "to {:g} BPM, the highest at least {:g} times the lowest",
                    options.bpm_min, options.bpm_max, RhythmAnalyzer::kLowestBpm,
                    RhythmAnalyzer::kHighestBpm, RhythmAnalyzer::kLeastBpmRatio));
  }
  return {};
}

}  // namespace

std::size_t RhythmAnalyzer::PlanBytes(const RhythmOptions& options, const StreamFormat& format) {
  std::size_t bytes = Downmix::PlanBytes(static_cast<std::size_t>(format.channels)) +
                      OnsetBands::PlanBytes(BandRateHz(format)) + BeatNetwork::PlanBytes() +
                      BeatDecoder::PlanBytes(SteadyOptions(options)) +
                      BeatDecoder::PlanBytes(FreeOptions(options)) + TempoMeter::PlanBytes(kFps) +
                      BeatHistory::PlanBytes() + memory::ArenaBytes<std::uint8_t>(kHeard);
  const std::size_t n = NumHalvings(format);
  for (std::size_t stage = 0; stage <= n; ++stage) {
    bytes += memory::ArenaBytes<float>(kBlockFrames >> stage);
    if (stage < n) bytes += dsp::HalfBand::PlanBytes(kBlockFrames >> stage);
  }
  return bytes;
}

std::size_t RhythmAnalyzer::PlanAllowanceBytes(const RhythmOptions&, const StreamFormat&) {
  return dsp::RealFft::kPlanAllowanceBytes;
}

Result<std::unique_ptr<RhythmAnalyzer>> RhythmAnalyzer::Create(const RhythmOptions& options,
                                                               const StreamFormat& format,
                                                               memory::Arena& arena) {
  TM_TRY(Check(options));
  auto bands = OnsetBands::Create(BandRateHz(format), arena);
  if (!bands) return tl::unexpected<Error>(std::move(bands).error());
  return std::unique_ptr<RhythmAnalyzer>(
      new RhythmAnalyzer(options, format, *std::move(bands), arena));
}

RhythmAnalyzer::RhythmAnalyzer(const RhythmOptions& options, const StreamFormat& format,
                               OnsetBands bands, memory::Arena& arena)
    : options_(options),
      rate_hz_(format.sample_rate_hz),
      downmix_(static_cast<std::size_t>(format.channels), arena, Downmix::kCalmBlocks),
      bands_(std::move(bands)),
      network_(HindsightOf(options), arena),
      steady_(SteadyOptions(options), arena),
      free_(FreeOptions(options), arena),
      rubato_(HindsightOf(options)),
      meter_(kFps, arena),
      history_(arena),
      silent_(arena.Take<std::uint8_t>(kHeard)) {
  static_assert(BeatHistory::kFrames >= BeatDecoder::kMaxPathFrames + 16);
  assert(network_.lookahead() + BeatNetwork::kBatch <= kHeard);
  const std::size_t n = NumHalvings(format);
  for (std::size_t stage = 0; stage <= n; ++stage) {
    halves_.push_back(arena.Take<float>(kBlockFrames >> stage));
    if (stage == n) break;
    stages_.emplace_back(kBlockFrames >> stage, arena);
    delay_s_ += dsp::HalfBand::kDelay / (rate_hz_ / std::exp2(stage + 1));
  }
}

void RhythmAnalyzer::Push(const AudioBlock& block) {
  const std::size_t n = block.n_frames();
  const std::size_t unit = std::size_t{1} << stages_.size();
  const std::size_t padded = (n + unit - 1) / unit * unit;
  downmix_.Mix(block, halves_[0].first(n));
  std::ranges::fill(halves_[0].subspan(n, padded - n), 0.0F);
  PushMono(halves_[0].first(padded));
  n_samples_ += static_cast<std::int64_t>(n);
}

void RhythmAnalyzer::PushMono(std::span<float> mono) {
  std::span<float> samples = mono;
  for (std::size_t stage = 0; stage < stages_.size(); ++stage) {
    const std::span<float> low = halves_[stage + 1].first(samples.size() / 2);
    stages_[stage].Halve(samples, low);
    samples = low;
  }
  bands_.Push(samples, [this](const OnsetBands::Frame& frame) { AddFrame(frame); });
}

void RhythmAnalyzer::AddFrame(const OnsetBands::Frame& frame) {
  silent_[static_cast<std::size_t>(n_heard_++) % silent_.size()] = bands_.silent() ? 1 : 0;
  AddFrames(network_.Push(frame));
}

// The network goes on beating in a rest; in silence that is not claimed.
void RhythmAnalyzer::AddFrames(std::span<const BeatLikelihood> likelihoods) {
  for (BeatLikelihood likelihood : likelihoods) {
    const auto frame = static_cast<std::size_t>(history_.n_frames());
    if (silent_[frame % silent_.size()] != 0) likelihood = {};
    history_.Add(likelihood);
    meter_.AddFrame(likelihood.beat);
    free_.Push(likelihood.beat);
    if (history_.n_frames() > kSpread) PushSteady();
    if (options_.causal) SettleBeats(history_.n_frames());
  }
  if (likelihoods.empty()) return;
  ChooseDecoder();
  if (!options_.causal) SettleBeats(history_.n_frames() - kSettleFrames);
}

// Players who keep together are some hundredths of a second apart: what was heard about a beat
// counts for it as a whole.
void RhythmAnalyzer::PushSteady() { steady_.Push(history_.Spread(steady_.n_frames())); }

// A player who keeps no steady tempo is left to the decoder that follows; it hears more beats where
// there are few, so that it would double the tempo of others.
void RhythmAnalyzer::ChooseDecoder() {
  if (options_.steady) return;
  const std::int64_t since =
      history_.n_frames() - static_cast<std::int64_t>(BeatDecoder::kMaxPathFrames);
  static_assert(RubatoMeter::kStep_s * kFps == BeatNetwork::kBatch);
  rubato_.Follow(free_.BestPath(since), steady_.BestPath(since), history_);
  decoder_ = rubato_.rubato() ? &free_ : &steady_;
}

void RhythmAnalyzer::Gap(std::int64_t next_frame) {
  EndSegment();
  segment_start_frame_ = next_frame;
}

void RhythmAnalyzer::Finish() { EndSegment(); }

void RhythmAnalyzer::EndSegment() {
  if (n_samples_ > 0) {
    const std::span<float> silence = halves_.back();
    std::ranges::fill(silence, 0.0F);
    for (std::size_t left = bands_.n_waiting(); left > 0;) {
      const std::size_t n = std::min(left, silence.size());
      bands_.Push(silence.first(n), [this](const OnsetBands::Frame& frame) { AddFrame(frame); });
      left -= n;
    }
    for (auto rest = network_.Drain(); !rest.empty(); rest = network_.Drain()) AddFrames(rest);
    while (steady_.n_frames() < history_.n_frames()) PushSteady();
    SettleBeats(std::numeric_limits<std::int64_t>::max());
  }
  downmix_.Reset();
  for (dsp::HalfBand& stage : stages_) stage.Reset();
  bands_.Reset();
  network_.Reset();
  history_.Reset();
  steady_.Reset();
  free_.Reset();
  decoder_ = &steady_;
  rubato_.Reset();
  bars_.Reset();
  meter_.Gap();
  n_samples_ = next_free_frame_ = n_heard_ = 0;
  n_last_ = 0;
  music_until_ = 0;
  last_point_.reset();
}

// The beats of the best path that begin before `until` are final. In causal mode each is final as
// soon as the best path has it, later paths add what comes after it only.
void RhythmAnalyzer::SettleBeats(std::int64_t until) {
  if (until <= next_free_frame_) return;
  std::span<const DecodedBeat> path = decoder_->BestPath(next_free_frame_);
  for (; !path.empty() && path.front().frame < until; path = path.subspan(1)) Settle(path);
}

void RhythmAnalyzer::Settle(std::span<const DecodedBeat> path) {
  const DecodedBeat& beat = path.front();
  // The next may come early, but is not the same beat again.
  next_free_frame_ = beat.frame + (2 * beat.interval + 2) / 3;
  std::array<float, BarDecoder::kMaxAhead + 1> downbeats{};
  const std::size_t n = std::min(path.size(), downbeats.size());
  for (std::size_t i = 0; i < n; ++i) downbeats[i] = history_.Downbeat(path[i].frame);
  const auto place = bars_.Next(std::span(downbeats).first(n));
  const double peak = history_.Peak(beat.frame);
  const bool sounds = Sounds(path);
  const double bpm = TempoAround(path);
  std::shift_right(last_times_.begin(), last_times_.end(), 1);
  last_times_[0] = peak;
  n_last_ = std::min(n_last_ + 1, last_times_.size());
  std::shift_right(last_strengths_.begin(), last_strengths_.end(), 1);
  last_strengths_[0] = history_.Strength(beat.frame);
  if (!sounds) return;

  steady_.Keep(beat.interval);
  free_.Keep(beat.interval);
  const double start_s = static_cast<double>(segment_start_frame_) / rate_hz_;
  const double end_s = start_s + static_cast<double>(n_samples_) / rate_hz_;
  const double time_s = std::clamp(start_s + peak / kFps - delay_s_ + kEarly_s, start_s, end_s);
  assert(n_pending_ < pending_.size());
  pending_[n_pending_++] = {.time_s = time_s,
                            .strength = history_.Strength(beat.frame),
                            .bpm = static_cast<float>(bpm),
                            .position = place ? place->position : 0};
  ++result_.count;
  if (place && place->position == 1) ++result_.n_downbeats;
  meter_.AddBeat(bpm, static_cast<double>(history_.Strength(beat.frame)));
  AddTempoPoint(time_s, bpm);
}

// A beat may fall into a rest of the players, not into a passage without any. One attack alone, as
// when noise sets in, tells of players only where they have been heard lately.
bool RhythmAnalyzer::Sounds(std::span<const DecodedBeat> path) {
  const float faint = options_.causal ? kFaintCausal : kFaint;
  const auto sounds = [faint](float strength) { return strength >= faint; };
  const auto n_before = std::ranges::count_if(std::span(last_strengths_).first(n_last_), sounds);
  const auto n_from_here = std::ranges::count_if(
      path.first(std::min(path.size(), kSides + 1)),
      [&](const DecodedBeat& beat) { return sounds(history_.Strength(beat.frame)); });
  const std::ptrdiff_t n = n_before + n_from_here;
  const std::int64_t frame = path[0].frame;
  if (n == 0 || (n == 1 && frame >= music_until_)) return false;
  music_until_ = frame + kMusicLasts;
  return history_.Strength(frame) > 0;
}

double RhythmAnalyzer::TempoAround(std::span<const DecodedBeat> path) const {
  const std::size_t n_after = std::min(path.size() - 1, kSides);
  const std::size_t n_before = std::min(n_last_, kSides);
  if (n_after + n_before == 0) return 60.0 * kFps / path[0].interval;
  const double first = n_before > 0 ? last_times_[n_before - 1] : history_.Peak(path[0].frame);
  const double last = history_.Peak(path[n_after].frame);
  const double interval = (last - first) / static_cast<double>(n_after + n_before);
  return 60.0 * kFps / std::max(interval, 1.0);
}

void RhythmAnalyzer::AddTempoPoint(double time_s, double bpm) {
  const bool moved = !last_point_ || std::abs(bpm / last_point_->bpm - 1) > kTempoMoved;
  if (!moved && time_s - last_point_->time_s < kPointEvery_s) return;
  assert(n_pending_tempo_ < pending_tempo_.size());
  last_point_ = TempoPoint{.time_s = time_s, .bpm = bpm};
  pending_tempo_[n_pending_tempo_++] = *last_point_;
}

std::size_t RhythmAnalyzer::DrainBeats(std::span<Beat> out) {
  assert(out.size() >= n_pending_);
  std::copy_n(pending_.begin(), n_pending_, out.begin());
  result_.meter = bars_.meter();
  return std::exchange(n_pending_, 0);
}

std::size_t RhythmAnalyzer::DrainTempo(std::span<TempoPoint> out) {
  assert(out.size() >= n_pending_tempo_);
  std::copy_n(pending_tempo_.begin(), n_pending_tempo_, out.begin());
  return std::exchange(n_pending_tempo_, 0);
}

std::optional<TempoResult> RhythmAnalyzer::tempo() const {
  return meter_.Result(options_.bpm_min, options_.bpm_max);
}

}  // namespace tidemark::analysis
