#include "engine/rhythm_stage.h"

#include <algorithm>
#include <cmath>

#include "dsp/fft.h"
#include "engine/block_feed.h"

namespace tidemark::engine {
namespace {

using analysis::Beat;
using analysis::RhythmAnalyzer;
using analysis::TempoPoint;

// A lane may be the blocks of the queue ahead of the analysing thread, beats are no closer than at
// the highest tempo, and what waited for kLatency_s is less than kMaxPending.
std::size_t Capacity(const AnalyzeOptions& options, const StreamFormat& format) {
  const double ahead_s = static_cast<double>((kQueueBlocks + 1) * options.block_frames) /
                         static_cast<double>(format.sample_rate_hz);
  return 2 * RhythmAnalyzer::kMaxPending +
         static_cast<std::size_t>(std::ceil(ahead_s * RhythmAnalyzer::kHighestBpm / 60));
}

}  // namespace

std::size_t RhythmStage::StageBytes(const AnalyzeOptions& options, const StreamFormat& format) {
  const std::size_t capacity = Capacity(options, format);
  std::size_t bytes = memory::ArenaBytes<Beat>(RhythmAnalyzer::kMaxPending) +
                      memory::ArenaBytes<TempoPoint>(RhythmAnalyzer::kMaxPending);
  if (options.features.Has(Feature::kBeats)) bytes += Outlet<Beat>::PlanBytes(capacity);
  if (options.features.Has(Feature::kTempo)) bytes += Outlet<TempoPoint>::PlanBytes(capacity);
  return bytes;
}

void RhythmStage::AddToPlan(const AnalyzeOptions& options, const StreamFormat& format, Plan& plan) {
  plan.Add("tempo and beats",
           RhythmAnalyzer::PlanBytes(options.rhythm, format) + StageBytes(options, format),
           PlanKind::kOurs);
  // What the library takes once is in the plans of the spectrum, where there is one.
  const bool alone =
      !options.features.Has(Feature::kTuning) && !options.features.Has(Feature::kDominant);
  plan.Add("Fourier transform plans of tempo and beats",
           RhythmAnalyzer::PlanAllowanceBytes(options.rhythm, format) +
               (alone ? dsp::RealFft::kLibraryAllowanceBytes : 0),
           PlanKind::kAllowance);
}

Result<std::unique_ptr<RhythmStage>> RhythmStage::Create(const AnalyzeOptions& options,
                                                         const StreamFormat& format,
                                                         memory::Arena& arena) {
  std::unique_ptr<RhythmStage> stage(new RhythmStage(options, format, arena));
  TM_TRY_ASSIGN(stage->analyzer_, RhythmAnalyzer::Create(options.rhythm, format, arena));
  return stage;
}

RhythmStage::RhythmStage(const AnalyzeOptions& options, const StreamFormat& format,
                         memory::Arena& arena)
    : features_(options.features),
      rate_hz_(format.sample_rate_hz),
      drained_beats_(arena.Take<Beat>(RhythmAnalyzer::kMaxPending)),
      drained_tempo_(arena.Take<TempoPoint>(RhythmAnalyzer::kMaxPending)) {
  const std::size_t capacity = Capacity(options, format);
  if (features_.Has(Feature::kBeats)) beats_.emplace(capacity, options.open, arena);
  if (features_.Has(Feature::kTempo)) tempo_.emplace(capacity, options.open, arena);
}

void RhythmStage::Push(const AudioBlock& block) {
  position_ += static_cast<std::int64_t>(block.n_frames());
  analyzer_->Push(block);
  Drain();
}

void RhythmStage::Gap(std::int64_t next_frame) {
  analyzer_->Gap(next_frame);
  Drain();
  position_ = next_frame;
}

void RhythmStage::Finish() {
  analyzer_->Finish();
  Drain();
}

void RhythmStage::Drain() {
  const auto beats = drained_beats_.first(analyzer_->DrainBeats(drained_beats_));
  const auto tempo = drained_tempo_.first(analyzer_->DrainTempo(drained_tempo_));
  const double now_s = static_cast<double>(position_) / rate_hz_;
  for (const Beat& beat : beats) latency_s_ = std::max(latency_s_, now_s - beat.time_s);
  if (beats_ && !beats_->ring.Push(beats)) overflowed_ = true;
  if (tempo_ && !tempo_->ring.Push(tempo)) overflowed_ = true;
}

void RhythmStage::BeginStep() {
  if (beats_) beats_->tray.BeginStep();
  if (tempo_) tempo_->tray.BeginStep();
}

Result<void> RhythmStage::Collect() {
  if (beats_) TM_TRY(beats_->Collect());
  if (tempo_) TM_TRY(tempo_->Collect());
  if (overflowed_) {
    return Fail(ErrorCode::kInternal, "more beats became certain at once than there is room for");
  }
  return {};
}

std::span<const Beat> RhythmStage::new_beats() const {
  return beats_ ? beats_->tray.fresh() : std::span<const Beat>{};
}

std::span<const TempoPoint> RhythmStage::new_tempo() const {
  return tempo_ ? tempo_->tray.fresh() : std::span<const TempoPoint>{};
}

void RhythmStage::FillLogs(RunLogs& logs) const {
  if (beats_) logs.beats = &beats_->tray.log();
  if (tempo_) logs.tempo = &tempo_->tray.log();
}

void RhythmStage::FillReport(Report& report) const {
  if (features_.Has(Feature::kTempo)) report.tempo = analyzer_->tempo();
  if (features_.Has(Feature::kBeats) && analyzer_->beats().count > 0) {
    report.beats = BeatsSection{analyzer_->beats(), latency_s_};
  }
}

}  // namespace tidemark::engine
