// LoudnessAnalyzer: EBU R 128 loudness of a programme: ITU-R BS.1770-4 K-weighting and gating,
// EBU Tech 3341 (momentary, short-term, integrated, true peak) and Tech 3342 (loudness range).
// One owner, one thread. Memory does not depend on the length of the audio.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "analysis/analyzer.h"
#include "analysis/loudness_gate.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "dsp/k_weighting.h"
#include "dsp/true_peak.h"
#include "memory/arena.h"

namespace tidemark::analysis {

struct LoudnessOptions {
  bool true_peak = false;
};

// Values are absent where there is nothing to measure: digital silence has no level at all.
struct LoudnessResult {
  // Absent for audio under 400 ms, or where no 400 ms block reaches -70 LUFS.
  std::optional<double> integrated_lufs;
  // 10th to 95th percentile of the gated 3 s loudness; absent under 3 s or below -70 LUFS.
  std::optional<double> range_lu;
  // Loudest 400 ms and 3 s, found every 10 ms. Audio shorter than these windows counts as if
  // silence stood before it, as on a meter that has just been switched on.
  std::optional<double> max_momentary_lufs;
  std::optional<double> max_short_term_lufs;
  std::optional<double> sample_peak_dbfs;
  std::optional<double> true_peak_dbtp;  // only if asked for
};

// The weight of each channel by BS.1770-4 table 3 and 4. With a channel mask: 1.41 for speakers at
// 60 to 120 degrees at ear height (side; back where a layout has no side), 0 for LFE and for
// channels beyond the mask, else 1. Without: 1 ch mono (not dual mono), 2 L R, 3 L R C,
// 4 L R Ls Rs, 5 L R C Ls Rs, 6 and more L R C LFE Ls Rs with the rest not counted (as libebur128).
void ChannelWeights(const StreamFormat& format, std::span<double> weights);

class LoudnessAnalyzer final : public Analyzer {
 public:
  static std::size_t PlanBytes(const LoudnessOptions& options, const StreamFormat& format);

  // Any rate and channel count that stream_format.h allows; no option can be wrong.
  static Result<std::unique_ptr<LoudnessAnalyzer>> Create(const LoudnessOptions& options,
                                                          const StreamFormat& format,
                                                          memory::Arena& arena);

  void Push(const AudioBlock& block) override;
  // No window reaches across a gap; gating and maxima go on.
  void Gap(std::int64_t next_frame) override;
  void Finish() override;

  // REQUIRES: Finish() was called.
  [[nodiscard]] const LoudnessResult& result() const { return result_; }

 private:
  // Steps of 10 ms make up every window. Step k begins at frame round(k rate / 100): where 10 ms
  // is no whole number of frames the steps differ by one, and no window drifts.
  static constexpr std::int64_t kStepsPerSecond = 100;
  static constexpr std::int64_t kMomentarySteps = 40;
  static constexpr std::int64_t kShortTermSteps = 300;
  static constexpr std::int64_t kGatingSteps = 10;  // from one gating block to the next

  LoudnessAnalyzer(const LoudnessOptions& options, const StreamFormat& format,
                   memory::Arena& arena);
  // Frame, since the start or the last gap, at which step number `step` begins.
  [[nodiscard]] std::int64_t StepStart(std::int64_t step) const;
  void AddEnergies(std::size_t channel, std::span<const float> weighted);
  void EndStep(double energy);
  // The sums of the windows that end with slot `newest` of gating_energies_.
  void SumAnew(std::size_t newest);
  void EndSignal();
  // Frames in the newest n_steps, as if silence stood before the start.
  [[nodiscard]] double WindowFrames(std::int64_t n_steps) const;

  int sample_rate_hz_;
  dsp::KWeighting filter_;
  std::span<dsp::KWeightingState> filter_states_;  // per channel
  std::span<double> weights_;                      // per channel
  std::span<float> weighted_;                      // one block of one channel, K-weighted
  std::span<double> block_energies_;               // of the steps that the current block touches
  std::span<double> step_energies_;                // of the newest kShortTermSteps, a ring
  // Slot k: the sum of slots kGatingSteps k and on of step_energies_.
  std::array<double, kShortTermSteps / kGatingSteps> gating_energies_{};
  double momentary_energy_ = 0;   // of the newest kMomentarySteps
  double short_term_energy_ = 0;  // of the newest kShortTermSteps
  double open_energy_ = 0;        // of the step that has not ended
  std::int64_t n_steps_ = 0;      // ended since the start or the last gap
  std::int64_t n_frames_ = 0;     // since the start or the last gap
  std::optional<dsp::TruePeak> true_peak_;
  LoudnessHistogram blocks_;        // 400 ms, every 100 ms
  LoudnessHistogram range_blocks_;  // 3 s, every 100 ms
  double max_momentary_power_ = 0;
  double max_short_term_power_ = 0;
  float sample_peak_ = 0;
  LoudnessResult result_;
};

}  // namespace tidemark::analysis
