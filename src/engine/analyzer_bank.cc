#include "engine/analyzer_bank.h"

#include <algorithm>

#include "dsp/finite_kernels.h"

namespace tidemark::engine {
namespace {

using analysis::ActivityAnalyzer;
using analysis::Interval;
using analysis::LoudnessAnalyzer;
using analysis::SpectralAnalyzer;
using analysis::WaveformAnalyzer;

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
  return ActivityAnalyzer::PlanBytes(options.activity, format) + IntervalLog::PlanBytes() +
         memory::ArenaBytes<Interval>(NewIntervalCapacity(options));
}

}  // namespace

void AnalyzerBank::AddToPlan(const AnalyzeOptions& options, const StreamFormat& format,
                             Plan& plan) {
  const FeatureSet& features = options.features;
  plan.Add("analysis block", memory::ArenaBytes<float*>(static_cast<std::size_t>(format.channels)),
           PlanKind::kOurs);
  if (WantsSpectrum(features)) {
    plan.Add("tuning and dominant frequency",
             SpectralAnalyzer::PlanBytes(SpectralOf(options), format), PlanKind::kOurs);
    plan.Add("Fourier transform plans",
             SpectralAnalyzer::PlanAllowanceBytes(SpectralOf(options), format),
             PlanKind::kAllowance);
  }
  if (features.Has(Feature::kLoudness)) {
    plan.Add("loudness", LoudnessAnalyzer::PlanBytes(LoudnessOf(options), format),
             PlanKind::kOurs);
  }
  if (features.Has(Feature::kActivity)) {
    plan.Add("activity", ActivityBytes(options, format), PlanKind::kOurs);
  }
  if (features.Has(Feature::kWaveform)) {
    plan.Add("waveform", WaveformAnalyzer::PlanBytes(options.waveform, format), PlanKind::kOurs);
  }
}

Result<std::unique_ptr<AnalyzerBank>> AnalyzerBank::Create(const AnalyzeOptions& options,
                                                           const StreamFormat& format,
                                                           memory::Arena& arena) {
  std::unique_ptr<AnalyzerBank> bank(new AnalyzerBank);
  const FeatureSet& features = options.features;
  bank->options_ = options;
  bank->part_planes_ = arena.Take<float*>(static_cast<std::size_t>(format.channels));
  if (WantsSpectrum(features)) {
    TM_TRY_ASSIGN(bank->spectral_,
                  SpectralAnalyzer::Create(SpectralOf(options), format, arena));
    bank->all_.push_back(bank->spectral_.get());
  }
  if (features.Has(Feature::kLoudness)) {
    TM_TRY_ASSIGN(bank->loudness_, LoudnessAnalyzer::Create(LoudnessOf(options), format, arena));
    bank->all_.push_back(bank->loudness_.get());
  }
  if (features.Has(Feature::kActivity)) {
    TM_TRY_ASSIGN(bank->activity_, ActivityAnalyzer::Create(options.activity, format, arena));
    bank->all_.push_back(bank->activity_.get());
    bank->log_.emplace(arena, options.open.tmpdir, options.open.spool_cap_bytes);
    bank->new_intervals_ = arena.Take<Interval>(NewIntervalCapacity(options));
  }
  if (features.Has(Feature::kWaveform)) {
    TM_TRY_ASSIGN(bank->waveform_, WaveformAnalyzer::Create(options.waveform, format, arena));
    bank->all_.push_back(bank->waveform_.get());
    TM_TRY_ASSIGN(bank->waveform_file_,
                  io::WaveformFile::Create(options.waveform_path, bank->waveform_->format()));
  }
  return bank;
}

Result<void> AnalyzerBank::Push(const ReadBlock& block) {
  n_new_ = 0;
  if (block.gap_before) {
    for (analysis::Analyzer* analyzer : all_) analyzer->Gap(block.first_frame);
    TM_TRY(Collect());
  }
  const AudioBlock& audio = block.audio;
  for (std::size_t c = 0; c < audio.n_channels(); ++c) {
    non_finite_samples_ += static_cast<std::int64_t>(dsp::ReplaceNonFinite(audio.channel(c)));
  }
  for (std::size_t at = 0; at < audio.n_frames(); at += kBlockFrames) {
    for (std::size_t c = 0; c < audio.n_channels(); ++c) {
      part_planes_[c] = audio.channel(c).data() + at;
    }
    TM_TRY(PushPart({part_planes_, std::min(kBlockFrames, audio.n_frames() - at)}));
  }
  return {};
}

Result<void> AnalyzerBank::PushPart(AudioBlock part) {
  for (analysis::Analyzer* analyzer : all_) analyzer->Push(part);
  return Collect();
}

Result<void> AnalyzerBank::Finish() {
  n_new_ = 0;
  for (analysis::Analyzer* analyzer : all_) analyzer->Finish();
  TM_TRY(Collect());
  if (waveform_file_) TM_TRY(waveform_file_->Finish());
  return {};
}

Result<void> AnalyzerBank::Collect() {
  if (activity_) {
    const std::size_t n = activity_->Drain(new_intervals_.subspan(n_new_));
    for (const Interval& interval : new_intervals_.subspan(n_new_, n)) {
      TM_TRY(log_->Append(interval));
    }
    n_new_ += n;
  }
  if (waveform_) TM_TRY(waveform_file_->Append(waveform_->Drain()));
  return {};
}

void AnalyzerBank::FillReport(Report& report) const {
  const FeatureSet& features = options_.features;
  report.features = features;
  report.file.non_finite_samples = non_finite_samples_;
  if (features.Has(Feature::kTuning)) report.tuning = spectral_->tuning();
  if (features.Has(Feature::kDominant)) report.dominant = spectral_->dominant();
  if (loudness_) report.loudness = loudness_->result();
  if (activity_) report.activity = ActivitySection{activity_->result(), log_->size()};
  if (waveform_) {
    report.waveform =
        WaveformSection{options_.waveform_path, options_.waveform, waveform_file_->n_pixels()};
  }
}

}  // namespace tidemark::engine
