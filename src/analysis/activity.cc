#include "analysis/activity.h"

#include <algorithm>
#include <bit>
#include <cassert>
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
  open_cell_is_loud_ = false;
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
  if (n_block_frames == 0) return;
  const Pieces pieces = CutAtCells(n_block_frames);
  for (std::size_t c = 0; n_frames_ == 0 && c < channels_.size(); ++c) {
    dsp::CentredSums sums;
    const std::array<std::size_t, 2> ends{0, block.n_frames()};
    dsp::SumsAround(0, block.channel(c), ends, {&sums, 1});
    channels_[c].centre = sums.sum / static_cast<float>(n_block_frames);
  }
  if (threshold_.kind == ActivityThreshold::Kind::kPeak) AddToPeakCells(block, pieces);
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    AddSamples(channels_[c], block.channel(c), pieces);
  }
  n_frames_ += n_block_frames;
  n_cells_ += static_cast<std::int64_t>(pieces.n_ended);
  while (channels_[0].floor.n_frames() > n_decided_frames_ + NoiseFloor::kLookAheadFrames) {
    DecideFrame();
  }
}

ActivityAnalyzer::Pieces ActivityAnalyzer::CutAtCells(std::int64_t n_block_frames) const {
  assert(n_block_frames <= static_cast<std::int64_t>(kBlockFrames));
  Pieces pieces;
  pieces.edges[0] = 0;
  std::int64_t last_start = n_cells_ == 0 ? 0 : CellStart(n_cells_ - 1);
  std::int64_t start = CellStart(n_cells_);
  const std::int64_t block_end = n_frames_ + n_block_frames;
  for (;;) {
    const std::int64_t end = CellStart(n_cells_ + static_cast<std::int64_t>(pieces.n) + 1);
    if (end > block_end) break;
    pieces.per_cell_frames[pieces.n] = 1.0 / static_cast<double>(end - start);
    pieces.per_window_frames[pieces.n] = 1.0 / static_cast<double>(end - last_start);
    pieces.edges[++pieces.n] = static_cast<std::size_t>(end - n_frames_);
    last_start = start;
    start = end;
  }
  pieces.n_ended = pieces.n;
  pieces.last_cell_frames = static_cast<double>(start - last_start);
  pieces.open_cell_frames = static_cast<double>(block_end - start);
  const auto block_size = static_cast<std::size_t>(n_block_frames);
  if (pieces.edges[pieces.n] < block_size) pieces.edges[++pieces.n] = block_size;
  return pieces;
}

void ActivityAnalyzer::AddToPeakCells(const AudioBlock& block, const Pieces& pieces) {
  for (std::size_t p = 0; p < pieces.n; ++p) {
    for (std::size_t c = 0; c < channels_.size() && !open_cell_is_loud_; ++c) {
      const float peak = dsp::PeakAround(channels_[c].centre, pieces.Of(block.channel(c), p));
      open_cell_is_loud_ = static_cast<double>(peak) >= threshold_.amplitude;
    }
    if (p == pieces.n_ended) return;
    const std::int64_t end = n_frames_ + static_cast<std::int64_t>(pieces.edges[p + 1]);
    builder_.Add(open_cell_is_loud_ ? CellState::kSound : CellState::kSilence,
                 static_cast<double>(segment_start_frame_ + end) / sample_rate_hz_);
    open_cell_is_loud_ = false;
  }
}

// The RMS of 5 ms is taken around their own mean: neither a constant offset nor the slow wander of
// a rumble counts, and nothing lingers when a sound ends.
float ActivityAnalyzer::PowerOf(const CellSums& last, const CellSums& cell, double per_frames) {
  const double mean = (last.sum + cell.sum) * per_frames;
  const double power = (last.squares + cell.squares) * per_frames - mean * mean;
  return static_cast<float>(std::max(0.0, power));
}

void ActivityAnalyzer::AddSamples(Channel& channel, std::span<const float> samples,
                                  const Pieces& pieces) const {
  std::array<dsp::CentredSums, kMaxPieces> sums;
  dsp::SumsAround(channel.centre, samples, std::span(pieces.edges).first(pieces.n + 1), sums);
  std::array<NoiseFloor::Cell, kMaxPieces> cells;
  double block_sum = 0;
  CellSums cell = channel.cell;
  CellSums last = channel.last_cell;
  for (std::size_t p = 0; p < pieces.n; ++p) {
    const auto piece_sum = static_cast<double>(sums[p].sum);
    block_sum += piece_sum;
    cell.sum += piece_sum;
    cell.squares += static_cast<double>(sums[p].sum_of_squares);
    if (p == pieces.n_ended) break;
    cells[p] = {PowerOf(last, cell, pieces.per_window_frames[p]), 0};
    last = cell;
    cell = {};
  }
  channel.cell = cell;
  channel.last_cell = last;
  if (threshold_.kind == ActivityThreshold::Kind::kAuto) {
    const auto ended = std::span(cells).first(pieces.n_ended);
    MeasureSteps(channel, samples, pieces, ended);
    channel.floor.AddCells(ended);
  }
  MoveCentre(channel, block_sum / static_cast<double>(samples.size()), pieces);
}

void ActivityAnalyzer::MeasureSteps(Channel& channel, std::span<const float> samples,
                                    const Pieces& pieces, std::span<NoiseFloor::Cell> cells) const {
  constexpr std::int64_t kEvery = NoiseFloor::kStepCells;
  for (auto p = static_cast<std::size_t>((kEvery - n_cells_ % kEvery) % kEvery); p < pieces.n;
       p += static_cast<std::size_t>(kEvery)) {
    channel.cell_steps += dsp::SumOfSquaredSteps(pieces.Of(samples, p));
    if (p == pieces.n_ended) return;
    cells[p].step_power = channel.cell_steps * static_cast<float>(pieces.per_cell_frames[p]);
    channel.cell_steps = 0;
  }
}

// The centre follows the means of the blocks; the sums that go on are moved along.
void ActivityAnalyzer::MoveCentre(Channel& channel, double mean, const Pieces& pieces) const {
  const std::size_t block_size = pieces.edges[pieces.n];
  const double block_s = static_cast<double>(block_size) / sample_rate_hz_;
  const float old_centre = channel.centre;
  channel.centre += static_cast<float>(mean * std::min(1.0, block_s / kCentreSeconds));
  const auto step = static_cast<double>(channel.centre) - static_cast<double>(old_centre);
  channel.last_cell.MoveCentre(step, pieces.last_cell_frames);
  channel.cell.MoveCentre(step, pieces.open_cell_frames);
}

void ActivityAnalyzer::EndOpenCell() {
  const std::int64_t n_open = n_frames_ - CellStart(n_cells_);
  if (n_open == 0) return;
  if (threshold_.kind == ActivityThreshold::Kind::kPeak) {
    builder_.Add(open_cell_is_loud_ ? CellState::kSound : CellState::kSilence,
                 SecondsAtCell(n_cells_ + 1));
    open_cell_is_loud_ = false;
  } else {
    const std::int64_t n_window = n_frames_ - (n_cells_ == 0 ? 0 : CellStart(n_cells_ - 1));
    for (Channel& channel : channels_) {
      const NoiseFloor::Cell cell{
          PowerOf(channel.last_cell, channel.cell, 1.0 / static_cast<double>(n_window)),
          channel.cell_steps / static_cast<float>(n_open)};
      channel.floor.AddCells({&cell, 1});
    }
  }
  ++n_cells_;
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
  std::uint32_t above = 0;
  for (const Channel& channel : channels_) {
    above |= channel.floor.CellsAbove(n_decided_frames_, channel.decision);
  }
  AddFrame(above, maybe ? CellState::kMaybe : CellState::kSound);
  ++n_decided_frames_;
}

// Runs of like cells go to the builder in one piece. Bit i of `above` speaks of the frame's cell i.
void ActivityAnalyzer::AddFrame(std::uint32_t above, CellState state_above) {
  const std::int64_t cells_per_frame = cells_per_second_ / NoiseFloor::kFramesPerSecond;
  const std::int64_t first = n_decided_frames_ * cells_per_frame;
  const auto n = static_cast<int>(std::min(cells_per_frame, n_cells_ - first));
  for (int at = 0; at < n;) {
    const std::uint32_t rest = above >> static_cast<unsigned>(at);
    const bool is_above = (rest & 1U) != 0;
    at = std::min(n, at + (is_above ? std::countr_one(rest) : std::countr_zero(rest)));
    builder_.Add(is_above ? state_above : CellState::kSilence, SecondsAtCell(first + at));
  }
}

void ActivityAnalyzer::EndSegment() {
  const dsp::FlushToZero no_subnormals;
  EndOpenCell();
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
