// How well estimated beats agree with reference beats: the standard measures of beat tracking, with
// the definitions and defaults of mir_eval 0.8 (Raffel et al., ISMIR 2014), which follow Davies,
// Degara and Plumbley, "Evaluation Methods for Musical Audio Beat Tracking Algorithms", technical
// report C4DM-TR-09-06, 2009. Pure functions of sorted beat times in seconds, duplicates allowed;
// they allocate, and are no analyzers. Any thread.
//
// Where mir_eval has no value (it fails, or gives NaN) a measure is 0 here.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "analysis/beat_continuity.h"

namespace tidemark::analysis {

using BeatTimes = std::span<const double>;

struct BeatMeasureOptions {
  double trim_s = 5;  // beats before this are left out of everything
  // Instead of the tempo of the list itself; positive.
  std::optional<double> reference_bpm;
  std::optional<double> estimate_bpm;
};

struct CemgilScores {
  double same_level = 0;
  double best_level = 0;  // the best over the variations of the reference
};

struct BeatMeasures {
  std::size_t n_reference = 0;  // beats compared, after trimming
  std::size_t n_estimate = 0;
  double f_measure = 0;
  CemgilScores cemgil;
  double goto_score = 0;  // 0 or 1
  double p_score = 0;
  BeatContinuity continuity;
  double information_gain = 0;  // 0 to 1
  std::optional<double> median_lag_s;
  std::optional<double> reference_bpm;
  std::optional<double> estimate_bpm;
  bool tempo_accuracy_1 = false;
  bool tempo_accuracy_2 = false;
};

// All of them. REQUIRES: both lists sorted, finite and not negative.
BeatMeasures MeasureBeats(BeatTimes reference, BeatTimes estimate,
                          const BeatMeasureOptions& options);

// Harmonic mean of precision and recall, where as many estimates as possible are each paired with a
// reference of its own at most 70 ms away.
double BeatFMeasure(BeatTimes reference, BeatTimes estimate);

// The sum over the reference of a Gaussian (sigma 40 ms) of the distance to the nearest estimate,
// over the mean of both counts.
CemgilScores CemgilScore(BeatTimes reference, BeatTimes estimate);

// McKinney's: pairs at most a fifth of the median reference interval apart, on a grid of 10 ms,
// over the larger count. Above 1 where beats crowd.
double PScore(BeatTimes reference, BeatTimes estimate);

// Of the estimates at most 70 ms from the nearest reference, the median of estimate - reference;
// positive: late. nullopt where there is none.
std::optional<double> MedianLag(BeatTimes reference, BeatTimes estimate);

// 60 over the median interval; nullopt for fewer than two beats, or an interval of 0.
std::optional<double> BeatTempo(BeatTimes beats);

// Is the estimate within 4 % of `factor` times the reference, for any of the factors?
bool TempoAgrees(double reference_bpm, double estimate_bpm, std::span<const double> factors);

}  // namespace tidemark::analysis
