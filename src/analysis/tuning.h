// The tuning of music: where A4 lies, from the places of spectral peaks within their semitone.
// TuningEstimator gathers peaks frame by frame; its table comes from the arena. One owner, one
// thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "memory/arena.h"

namespace tidemark::analysis {

struct TuningVerdict {
  double reference_hz = 0;    // the reference pitch that fits best
  double distance_cents = 0;  // of the result from it, whole semitones apart, in [-50, 50)
  // Another reference that fits as well, a semitone away: A4 is known modulo a semitone only,
  // and 415 Hz, 101.3 cents under 440, looks like it.
  std::optional<double> also_hz;
};

struct TuningResult {
  double a4_hz = 0;              // the value nearest to 440 Hz of those a semitone apart
  double cents = 0;              // from 440 Hz, in [-50, 50)
  double uncertainty_cents = 0;  // one standard deviation
  TuningVerdict verdict;
};

// "A4 = 440 Hz (or 415 Hz, a semitone lower: the two cannot be told apart), 0.4 cents sharp".
std::string TuningText(const TuningResult& result);

// Judges `cents` against the references; among those that fit equally well (within 3 cents) the
// one that is not a semitone away wins. REQUIRES: references_hz is not empty, all > 0.
TuningVerdict JudgeTuning(double cents, std::span<const double> references_hz);

class TuningEstimator {
 public:
  // Peaks are taken between these.
  static constexpr double kLowestHz = 60;
  static constexpr double kHighestHz = 1800;

  static std::size_t PlanBytes(std::size_t n_bins);
  // For spectra of n_bins from 0 Hz, bin_hz apart.
  TuningEstimator(std::size_t n_bins, double bin_hz, memory::Arena& arena);

  // Adds the peaks of one frame: squared tone amplitudes per bin; `spacing` as for
  // dsp::HannToneOffset.
  void AddFrame(std::span<const float> power, double spacing);

  // nullopt where nothing tonal was heard. The circular mean of all peaks (weight: square root of
  // the amplitude, less above 700 Hz), made robust by Tukey's biweight; the uncertainty joins the
  // spread over the number of independent peaks with what instruments are out of tune by
  // themselves.
  [[nodiscard]] std::optional<TuningResult> Result(std::span<const double> references_hz) const;

 private:
  [[nodiscard]] bool IsOvertone(std::size_t bin, float magnitude) const;
  void AddPeak(double hz, double weight);
  [[nodiscard]] double RobustMean(double start_cents) const;

  double bin_hz_ = 0;
  std::span<float> magnitude_;   // of the frame at hand
  std::span<float> root_;        // its square root
  std::span<double> histogram_;  // weights by place within the semitone
  double sum_weight_ = 0;
  double sum_weight_squared_ = 0;
};

}  // namespace tidemark::analysis
