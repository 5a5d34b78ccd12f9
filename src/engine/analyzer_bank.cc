#include "engine/analyzer_bank.h"

#include <string_view>

namespace tidemark::engine {
namespace {

using analysis::ActivityAnalyzer;
using analysis::Interval;
using analysis::LoudnessAnalyzer;
using analysis::SpectralAnalyzer;
using analysis::WaveformAnalyzer;

// Its samples cost a conversion, so that a decoding thread would idle while the other works.
constexpr std::string_view kCheapDecoder = "pcm";

bool WantsSpectrum(const FeatureSet& features) {
  return features.Has(Feature::kTuning) || features.Has(Feature::kDominant);
}

analysis::SpectralOptions SpectralOf(const AnalyzeOptions& options) {
  analysis::SpectralOptions spectral = options.spectral;
  spectral.tuning = options.features.Has(Feature::kTuning);
  spectral.dominant = options.features.Has(Feature::kDominant);
  return spectral;
}

analysis::LoudnessOptions LoudnessOf(const AnalyzeOptions& options) {
  return {.true_peak = options.features.Has(Feature::kTruePeak)};
}

// An analyzer gives back at most kMaxPending intervals per block of kBlockFrames.
std::size_t NewIntervalCapacity(const AnalyzeOptions& options) {
  return (options.block_frames / kBlockFrames + 2) * ActivityAnalyzer::kMaxPending;
}

std::size_t ActivityBytes(const AnalyzeOptions& options, const StreamFormat& format) {
  return ActivityAnalyzer::PlanBytes(options.activity, format) +
         RecordTray<Interval>::PlanBytes(NewIntervalCapacity(options));
}

}  // namespace

void AnalyzerBank::AddToPlan(const AnalyzeOptions& options, const StreamFormat& format,
                             Plan& plan) {
  const FeatureSet& features = options.features;
  plan.Add("block pointers", 2 * AnalyzerLane::PlanBytes(format.channels), PlanKind::kOurs);
  if (WantsSpectrum(features)) {
    plan.Add("tuning and dominant frequency",
             SpectralAnalyzer::PlanBytes(SpectralOf(options), format), PlanKind::kOurs);
    plan.Add("Fourier transform plans",
             SpectralAnalyzer::PlanAllowanceBytes(SpectralOf(options), format),
             PlanKind::kAllowance);
  }
  if (features.Has(Feature::kLoudness)) {
    plan.Add("loudness", LoudnessAnalyzer::PlanBytes(LoudnessOf(options), format), PlanKind::kOurs);
  }
  if (features.Has(Feature::kActivity)) {
    plan.Add("activity", ActivityBytes(options, format), PlanKind::kOurs);
  }
  if (RhythmStage::Serves(features)) RhythmStage::AddToPlan(options, format, plan);
  if (!options.click_path.empty()) ClickStage::AddToPlan(plan);
  if (features.Has(Feature::kWaveform)) {
    plan.Add("waveform", WaveformAnalyzer::PlanBytes(options.waveform, format), PlanKind::kOurs);
  }
}

Result<std::unique_ptr<AnalyzerBank>> AnalyzerBank::Create(const AnalyzeOptions& options,
                                                           const io::SourceInfo& info,
                                                           bool threaded, memory::Arena& arena) {
  std::unique_ptr<AnalyzerBank> bank(new AnalyzerBank);
  const StreamFormat& format = info.stream;
  const FeatureSet& features = options.features;
  // The decoding thread then takes the analyzer that costs most.
  const bool feeder_idles = threaded && info.decoder == kCheapDecoder;
  bank->options_ = options;
  bank->ahead_.emplace(format.channels, arena);
  bank->here_.emplace(format.channels, arena);
  if (WantsSpectrum(features)) {
    TM_TRY_ASSIGN(bank->spectral_, SpectralAnalyzer::Create(SpectralOf(options), format, arena));
    bank->here_->Add(*bank->spectral_);
  }
  if (features.Has(Feature::kLoudness)) {
    TM_TRY_ASSIGN(bank->loudness_, LoudnessAnalyzer::Create(LoudnessOf(options), format, arena));
    const bool runs_ahead = feeder_idles && !RhythmStage::Serves(features);
    (runs_ahead ? bank->ahead_ : bank->here_)->Add(*bank->loudness_);
  }
  if (features.Has(Feature::kActivity)) {
    TM_TRY_ASSIGN(bank->activity_, ActivityAnalyzer::Create(options.activity, format, arena));
    bank->here_->Add(*bank->activity_);
    bank->intervals_.emplace(NewIntervalCapacity(options), options.open, arena);
  }
  if (RhythmStage::Serves(features)) {
    TM_TRY_ASSIGN(bank->rhythm_, RhythmStage::Create(options, format, arena));
    (feeder_idles ? bank->ahead_ : bank->here_)->Add(*bank->rhythm_);
  }
  if (!options.click_path.empty()) {
    TM_TRY_ASSIGN(bank->click_, ClickStage::Create(options, format, *bank->logs().beats, arena));
  }
  if (features.Has(Feature::kWaveform)) {
    TM_TRY_ASSIGN(bank->waveform_, WaveformAnalyzer::Create(options.waveform, format, arena));
    bank->here_->Add(*bank->waveform_);
    TM_TRY_ASSIGN(bank->waveform_file_,
                  io::WaveformFile::Create(options.waveform_path, bank->waveform_->format()));
  }
  return bank;
}

Result<void> AnalyzerBank::Push(const ReadBlock& block) {
  BeginStep();
  non_finite_samples_ += static_cast<std::int64_t>(block.n_unusable);
  if (click_) TM_TRY(click_->Push(block));
  here_->BeginBlock(block);
  TM_TRY(Collect());
  for (std::size_t index = 0; index < AnalyzerLane::n_parts(block); ++index) {
    here_->PushPart(block, index);
    TM_TRY(Collect());
  }
  if (click_) TM_TRY(click_->AddClicks());
  return {};
}

Result<void> AnalyzerBank::Finish() {
  BeginStep();
  ahead_->Finish();
  here_->Finish();
  TM_TRY(Collect());
  if (waveform_file_) TM_TRY(waveform_file_->Finish());
  if (click_) TM_TRY(click_->Finish());
  return {};
}

void AnalyzerBank::BeginStep() {
  if (intervals_) intervals_->BeginStep();
  if (rhythm_) rhythm_->BeginStep();
}

Result<void> AnalyzerBank::Collect() {
  if (activity_) {
    TM_TRY(intervals_->Take(activity_->Drain(intervals_->room())));
  }
  if (rhythm_) TM_TRY(rhythm_->Collect());
  if (waveform_) TM_TRY(waveform_file_->Append(waveform_->Drain()));
  return {};
}

std::span<const Interval> AnalyzerBank::new_intervals() const {
  return intervals_ ? intervals_->fresh() : std::span<const Interval>{};
}

std::span<const analysis::Beat> AnalyzerBank::new_beats() const {
  return rhythm_ ? rhythm_->new_beats() : std::span<const analysis::Beat>{};
}

std::span<const analysis::TempoPoint> AnalyzerBank::new_tempo() const {
  return rhythm_ ? rhythm_->new_tempo() : std::span<const analysis::TempoPoint>{};
}

RunLogs AnalyzerBank::logs() const {
  RunLogs logs;
  if (intervals_) logs.intervals = &intervals_->log();
  if (rhythm_) rhythm_->FillLogs(logs);
  return logs;
}

void AnalyzerBank::FillReport(Report& report) const {
  const FeatureSet& features = options_.features;
  report.features = features;
  report.file.non_finite_samples = non_finite_samples_;
  if (features.Has(Feature::kTuning)) report.tuning = spectral_->tuning();
  if (features.Has(Feature::kDominant)) report.dominant = spectral_->dominant();
  if (loudness_) report.loudness = loudness_->result();
  if (activity_) report.activity = ActivitySection{activity_->result(), intervals_->log().size()};
  if (rhythm_) rhythm_->FillReport(report);
  if (click_) click_->FillReport(report);
  if (waveform_) {
    report.waveform =
        WaveformSection{options_.waveform_path, options_.waveform, waveform_file_->n_pixels()};
  }
}

}  // namespace tidemark::engine
