#include "analysis/activity.h"

#include <algorithm>
#include <cmath>

#include "dsp/flush_to_zero.h"
#include "dsp/level_kernels.h"

namespace tidemark::analysis {
namespace {

// Cells of 2.5 ms, two of which make the 5 ms whose RMS is judged; 5 ms at rates below 8 kHz, so
// that a cell has at least 20 samples.
constexpr std::int64_t kCellsPerSecond = 400;
constexpr std::int64_t kLowRateCellsPerSecond = 200;
constexpr int kLowRateHz = 8'000;
// The constant offset follows the cells' means with this time constant.
constexpr double kCentreSeconds = 0.5;
constexpr double kMaxSeconds = 3600;

Result<void> CheckOptions(const ActivityOptions& options) {
  for (const double length_s : {options.min_silence_s, options.min_sound_s}) {
    if (!(length_s >= 0 && length_s <= kMaxSeconds)) {
      return Fail(ErrorCode::kUsage, "the shortest silence and sound must be 0 to 3600 s");
    }
  }
  for (const double margin_s : {options.margin_before_s, options.margin_after_s}) {
    if (!(std::abs(margin_s) <= kMaxSeconds)) {
      return Fail(ErrorCode::kUsage, "activity margins must be within 3600 s");
    }
  }
  return {};
}

IntervalRules RulesOf(const ActivityOptions& options) {
  return {.min_silence_s = std::max(options.min_silence_s, ActivityAnalyzer::kMinSilenceFloorS),
          .min_sound_s = options.min_sound_s,
          .margin_before_s = options.margin_before_s,
          .margin_after_s = options.margin_after_s};
}

}  // namespace

std::size_t ActivityAnalyzer::PlanBytes(const ActivityOptions&, const StreamFormat& format) {
  return memory::ArenaBytes<Channel>(static_cast<std::size_t>(format.channels));
}

Result<std::unique_ptr<ActivityAnalyzer>> ActivityAnalyzer::Create(const ActivityOptions& options,
                                                                   const StreamFormat& format,
                                                                   memory::Arena& arena) {
  TM_TRY(CheckOptions(options));
  return std::unique_ptr<ActivityAnalyzer>(new ActivityAnalyzer(options, format, arena));
}

ActivityAnalyzer::ActivityAnalyzer(const ActivityOptions& options, const StreamFormat& format,
                                   memory::Arena& arena)
    : threshold_(options.threshold),
      sample_rate_hz_(format.sample_rate_hz),
      cells_per_second_(format.sample_rate_hz < kLowRateHz ? kLowRateCellsPerSecond
                                                           : kCellsPerSecond),
      channels_(arena.Take<Channel>(static_cast<std::size_t>(format.channels))),
      builder_(RulesOf(options)) {
  StartSegment(0);
}

void ActivityAnalyzer::StartSegment(std::int64_t frame) {
  segment_start_frame_ = frame;
  n_frames_ = 0;
  n_cells_ = 0;
  n_decided_frames_ = 0;
  maybe_level_ = 0;
  for (Channel& channel : channels_) {
    channel = Channel{};
    channel.floor.Start(cells_per_second_ / NoiseFloor::kFramesPerSecond);
  }
  builder_.StartSegment(static_cast<double>(frame) / sample_rate_hz_);
}

std::int64_t ActivityAnalyzer::CellStart(std::int64_t cell) const {
  const std::int64_t scaled = cell * sample_rate_hz_ + cells_per_second_ / 2;
  return cells_per_second_ == kCellsPerSecond ? scaled / kCellsPerSecond
                                              : scaled / kLowRateCellsPerSecond;
}

double ActivityAnalyzer::SecondsAtCell(std::int64_t cell) const {
  const std::int64_t frame = segment_start_frame_ + std::min(CellStart(cell), n_frames_);
  return static_cast<double>(frame) / sample_rate_hz_;
}

void ActivityAnalyzer::Push(const AudioBlock& block) {
  const dsp::FlushToZero no_subnormals;
  const auto n_block_frames = static_cast<std::int64_t>(block.n_frames());
  for (std::int64_t at = 0; at < n_block_frames;) {
    const std::int64_t n_left_in_cell = CellStart(n_cells_ + 1) - n_frames_;
    const std::int64_t n = std::min(n_left_in_cell, n_block_frames - at);
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      AddSamples(channels_[c], block.channel(c).subspan(static_cast<std::size_t>(at),
                                                        static_cast<std::size_t>(n)));
    }
    n_frames_ += n;
    at += n;
    if (n == n_left_in_cell) EndCell();
  }
}

void ActivityAnalyzer::AddSamples(Channel& channel, std::span<const float> samples) const {
  if (n_frames_ == 0) {
    const float sum = dsp::SumsAround(0, samples).sum;
    channel.centre = sum / static_cast<float>(samples.size());
  }
  const dsp::CentredSums sums = dsp::SumsAround(channel.centre, samples);
  channel.cell.sum += static_cast<double>(sums.sum);
  channel.cell.squares += static_cast<double>(sums.sum_of_squares);
  channel.cell.squared_steps += static_cast<double>(sums.sum_of_squared_steps);
  channel.cell.peak = std::max(channel.cell.peak, sums.peak);
}

// The RMS of 5 ms is taken around their own mean: neither a constant offset nor the slow wander of
// a rumble counts, and nothing lingers when a sound ends.
NoiseFloor::Cell ActivityAnalyzer::MeasureCell(const Channel& channel, double n_frames) const {
  const CellSums& cell = channel.cell;
  const CellSums& last = channel.last_cell;
  const double n_window = n_frames + (n_cells_ == 0 ? 0.0 : last_cell_frames_);
  const double mean = (last.sum + cell.sum) / n_window;
  return {.power = std::max(0.0, (last.squares + cell.squares) / n_window - mean * mean),
          .step_power = cell.squared_steps / n_frames};
}

void ActivityAnalyzer::EndCell() {
  const auto n_cell_frames = static_cast<double>(n_frames_ - CellStart(n_cells_));
  const bool by_peak = threshold_.kind == ActivityThreshold::Kind::kPeak;
  const double follow = 1.0 / (kCentreSeconds * static_cast<double>(cells_per_second_));
  CellState state = CellState::kSilence;
  for (Channel& channel : channels_) {
    if (by_peak) {
      if (channel.cell.peak >= threshold_.amplitude) state = CellState::kSound;
    } else {
      channel.floor.AddCell(MeasureCell(channel, n_cell_frames));
    }
    const auto step = static_cast<float>(channel.cell.sum / n_cell_frames * follow);
    channel.last_cell = channel.cell;
    channel.last_cell.MoveCentre(step, n_cell_frames);
    channel.centre += step;
    channel.cell = {};
  }
  last_cell_frames_ = n_cell_frames;
  ++n_cells_;
  if (by_peak) {
    builder_.Add(state, SecondsAtCell(n_cells_));
  } else if (channels_[0].floor.n_frames() > n_decided_frames_ + NoiseFloor::kLookAheadFrames) {
    DecideFrame();
  }
}

void ActivityAnalyzer::DecideFrame() {
  LevelCode loudest = 0;
  for (const Channel& channel : channels_) {
    loudest = std::max(loudest, channel.floor.LoudestNear(n_decided_frames_));
  }
  LevelCode lowest_threshold = 255;
  bool maybe = false;
  std::optional<LevelCode> highest_floor;
  for (Channel& channel : channels_) {
    channel.decision = channel.floor.Decide(n_decided_frames_, loudest);
    const NoiseFloor::Decision& decision = channel.decision;
    lowest_threshold = std::min(lowest_threshold, decision.threshold);
    if (decision.maybe) {
      maybe = true;
      maybe_level_ = std::max(maybe_level_, decision.maybe_level);
    } else if (decision.floor) {
      highest_floor = std::max(highest_floor.value_or(0), *decision.floor);
      lowest_floor_ = std::min(lowest_floor_.value_or(255), *decision.floor);
    }
  }
  median_.Add(lowest_threshold);
  if (!maybe && builder_.has_maybe()) {
    builder_.ResolveMaybe(!highest_floor || !NoiseFloor::IsSame(maybe_level_, *highest_floor));
  }
  const std::int64_t cells_per_frame = cells_per_second_ / NoiseFloor::kFramesPerSecond;
  const std::int64_t first = n_decided_frames_ * cells_per_frame;
  const std::int64_t end = std::min(first + cells_per_frame, n_cells_);
  const CellState above = maybe ? CellState::kMaybe : CellState::kSound;
  for (std::int64_t cell = first; cell < end; ++cell) {
    const bool is_above = std::any_of(channels_.begin(), channels_.end(), [&](const Channel& c) {
      return c.floor.IsAbove(cell, c.decision.threshold);
    });
    builder_.Add(is_above ? above : CellState::kSilence, SecondsAtCell(cell + 1));
  }
  ++n_decided_frames_;
}

void ActivityAnalyzer::EndSegment() {
  const dsp::FlushToZero no_subnormals;
  if (n_frames_ > CellStart(n_cells_)) EndCell();
  if (threshold_.kind == ActivityThreshold::Kind::kAuto) {
    for (Channel& channel : channels_) channel.floor.EndSignal();
    while (n_decided_frames_ < channels_[0].floor.n_frames()) DecideFrame();
  }
  builder_.EndSegment();
}

void ActivityAnalyzer::Gap(std::int64_t next_frame) {
  EndSegment();
  StartSegment(next_frame);
}

void ActivityAnalyzer::Finish() {
  EndSegment();
  result_.active_s = builder_.active_s();
  result_.count = builder_.count();
  result_.longest_s = builder_.longest_s();
  if (threshold_.kind == ActivityThreshold::Kind::kPeak) {
    result_.threshold_dbfs = 20.0 * std::log10(threshold_.amplitude);
    return;
  }
  result_.threshold_dbfs = DbfsOf(median_.Median());
  if (lowest_floor_) result_.noise_floor_dbfs = DbfsOf(*lowest_floor_);
}

}  // namespace tidemark::analysis
