#include "analysis/loudness.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "dsp/flush_to_zero.h"
#include "dsp/level_kernels.h"

namespace tidemark::analysis {
namespace {

// A block touches the most steps at the lowest rate: 1024 frames of 40 each, and one cut in two.
constexpr std::size_t kMaxStepsPerBlock = kBlockFrames * 100 / kMinSampleRateHz + 2;

std::optional<double> Decibels(double amplitude) {
  if (!(amplitude > 0)) return std::nullopt;
  return 20.0 * std::log10(amplitude);
}

std::optional<double> Loudness(double power) {
  if (!(power > 0)) return std::nullopt;
  return LoudnessOfPower(power);
}

}  // namespace

std::size_t LoudnessAnalyzer::PlanBytes(const LoudnessOptions& options,
                                        const StreamFormat& format) {
  const auto n_channels = static_cast<std::size_t>(format.channels);
  return memory::ArenaBytes<dsp::KWeightingState>(n_channels) +
         memory::ArenaBytes<double>(n_channels) + memory::ArenaBytes<float>(kBlockFrames) +
         memory::ArenaBytes<double>(kMaxStepsPerBlock) +
         memory::ArenaBytes<double>(kShortTermSteps) + 2 * LoudnessHistogram::PlanBytes() +
         (options.true_peak ? dsp::TruePeak::PlanBytes(format.sample_rate_hz, format.channels) : 0);
}

Result<std::unique_ptr<LoudnessAnalyzer>> LoudnessAnalyzer::Create(const LoudnessOptions& options,
                                                                   const StreamFormat& format,
                                                                   memory::Arena& arena) {
  return std::unique_ptr<LoudnessAnalyzer>(new LoudnessAnalyzer(options, format, arena));
}

LoudnessAnalyzer::LoudnessAnalyzer(const LoudnessOptions& options, const StreamFormat& format,
                                   memory::Arena& arena)
    : sample_rate_hz_(format.sample_rate_hz),
      filter_(format.sample_rate_hz),
      filter_states_(arena.Take<dsp::KWeightingState>(static_cast<std::size_t>(format.channels))),
      weights_(arena.Take<double>(static_cast<std::size_t>(format.channels))),
      weighted_(arena.Take<float>(kBlockFrames)),
      block_energies_(arena.Take<double>(kMaxStepsPerBlock)),
      step_energies_(arena.Take<double>(kShortTermSteps)),
      blocks_(arena),
      range_blocks_(arena) {
  ChannelWeights(format, weights_);
  if (options.true_peak) true_peak_.emplace(format.sample_rate_hz, format.channels, arena);
}

std::int64_t LoudnessAnalyzer::StepStart(std::int64_t step) const {
  return (step * sample_rate_hz_ + kStepsPerSecond / 2) / kStepsPerSecond;
}

void LoudnessAnalyzer::Push(const AudioBlock& block) {
  const dsp::FlushToZero no_subnormals;
  const auto n_frames = static_cast<std::int64_t>(block.n_frames());
  std::fill(block_energies_.begin(), block_energies_.end(), 0.0);
  for (std::size_t c = 0; c < block.n_channels(); ++c) {
    const std::span<const float> samples = block.channel(c);
    const float peak = dsp::PeakMagnitude(samples);
    sample_peak_ = std::max(sample_peak_, peak);
    if (true_peak_) true_peak_->Push(c, samples, peak);
    if (weights_[c] == 0.0) continue;
    const std::span<float> weighted = weighted_.first(samples.size());
    filter_.Process(samples, filter_states_[c], weighted);
    AddEnergies(c, weighted);
  }
  n_frames_ += n_frames;
  std::size_t i = 0;
  while (StepStart(n_steps_ + 1) <= n_frames_) EndStep(open_energy_ + block_energies_[i++]);
  open_energy_ += block_energies_[i];
}

void LoudnessAnalyzer::AddEnergies(std::size_t channel, std::span<const float> weighted) {
  std::size_t at = 0;
  for (std::size_t i = 0; at < weighted.size(); ++i) {
    const std::int64_t step_end = StepStart(n_steps_ + static_cast<std::int64_t>(i) + 1);
    const std::size_t end =
        std::min(weighted.size(), static_cast<std::size_t>(step_end - n_frames_));
    block_energies_[i] += weights_[channel] * dsp::SumOfSquares(weighted.subspan(at, end - at));
    at = end;
  }
}

void LoudnessAnalyzer::EndStep(double energy) {
  const auto slot = static_cast<std::size_t>(n_steps_ % kShortTermSteps);
  constexpr auto kMomentaryLeaves = static_cast<std::size_t>(kShortTermSteps - kMomentarySteps);
  momentary_energy_ += energy - step_energies_[(slot + kMomentaryLeaves) % kShortTermSteps];
  short_term_energy_ += energy - step_energies_[slot];
  step_energies_[slot] = energy;
  open_energy_ = 0;
  ++n_steps_;
  const bool gating_block_ends = n_steps_ % kGatingSteps == 0;
  if (gating_block_ends) SumAnew(slot / kGatingSteps);
  const double momentary = momentary_energy_ / WindowFrames(kMomentarySteps);
  const double short_term = short_term_energy_ / WindowFrames(kShortTermSteps);
  max_momentary_power_ = std::max(max_momentary_power_, momentary);
  max_short_term_power_ = std::max(max_short_term_power_, short_term);
  if (!gating_block_ends || StepStart(n_steps_) > n_frames_) return;
  if (n_steps_ >= kMomentarySteps) blocks_.Add(momentary);
  if (n_steps_ >= kShortTermSteps) range_blocks_.Add(short_term);
}

// Every 100 ms, so that no rounding builds up in the running sums.
void LoudnessAnalyzer::SumAnew(std::size_t newest) {
  const std::span<const double> steps = step_energies_.subspan(newest * kGatingSteps, kGatingSteps);
  gating_energies_[newest] = std::accumulate(steps.begin(), steps.end(), 0.0);
  short_term_energy_ = std::accumulate(gating_energies_.begin(), gating_energies_.end(), 0.0);
  momentary_energy_ = 0;
  for (std::size_t back = 0; back < kMomentarySteps / kGatingSteps; ++back) {
    const std::size_t at = newest + gating_energies_.size() - back;
    momentary_energy_ += gating_energies_[at % gating_energies_.size()];
  }
}

double LoudnessAnalyzer::WindowFrames(std::int64_t n_steps) const {
  const std::int64_t last = std::max(n_steps_, n_steps);
  return static_cast<double>(StepStart(last) - StepStart(last - n_steps));
}

// What is left of a step counts for the maxima; gating takes whole blocks only.
void LoudnessAnalyzer::EndSignal() {
  const dsp::FlushToZero no_subnormals;
  if (n_frames_ > StepStart(n_steps_)) EndStep(open_energy_);
  if (true_peak_) true_peak_->Flush();
  std::fill(filter_states_.begin(), filter_states_.end(), dsp::KWeightingState{});
  std::fill(step_energies_.begin(), step_energies_.end(), 0.0);
  gating_energies_.fill(0.0);
  momentary_energy_ = 0;
  short_term_energy_ = 0;
  open_energy_ = 0;
  n_steps_ = 0;
  n_frames_ = 0;
}

void LoudnessAnalyzer::Gap(std::int64_t) { EndSignal(); }

void LoudnessAnalyzer::Finish() {
  EndSignal();
  result_.integrated_lufs = IntegratedLoudness(blocks_);
  result_.range_lu = LoudnessRange(range_blocks_);
  result_.max_momentary_lufs = Loudness(max_momentary_power_);
  result_.max_short_term_lufs = Loudness(max_short_term_power_);
  result_.sample_peak_dbfs = Decibels(sample_peak_);
  if (true_peak_) result_.true_peak_dbtp = Decibels(true_peak_->peak());
}

}  // namespace tidemark::analysis
