// What the tests of the rhythm analyzer share: excerpts of a band and of clicks, and how near beats
// found lie to those played.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/rhythm.h"
#include "tests/analysis/rhythm_signals.h"

namespace tidemark::analysis {

using test::BeatsAt;
using test::Drums;
using test::Plane;
using test::RhythmRun;
using test::SteadyBeats;
using test::Times;

inline constexpr int kRate = 22'050;
inline constexpr StreamFormat kFormat = {.sample_rate_hz = kRate, .channels = 1};
inline constexpr double kNear_s = 0.02;

// How many of `a` have one of `b` near.
inline double PartNear(const Times& a, const Times& b, double near_s = kNear_s) {
  if (a.empty()) return 0;
  const auto n = std::ranges::count_if(a, [&](double time) {
    const auto next = std::ranges::lower_bound(b, time - near_s);
    return next != b.end() && *next <= time + near_s;
  });
  return static_cast<double>(n) / static_cast<double>(a.size());
}

inline Times Between(const Times& times, double begin_s, double end_s) {
  return {std::ranges::lower_bound(times, begin_s), std::ranges::lower_bound(times, end_s)};
}

// The beats at a metrical level: every `divide`th from `first` on, or `multiply` times as many.
inline Times Level(const Times& beats, std::size_t divide, std::size_t first,
                   std::size_t multiply) {
  Times level;
  for (std::size_t i = first; i < beats.size(); i += divide) {
    const double next = i + 1 < beats.size() ? beats[i + 1] : 2 * beats[i] - beats[i - 1];
    for (std::size_t k = 0; k < multiply; ++k) {
      level.push_back(beats[i] +
                      static_cast<double>(k) * (next - beats[i]) / static_cast<double>(multiply));
    }
  }
  return level;
}

// The best F-measure over half, a third, a quarter, once, twice and three times the beats.
inline double BestLevelFMeasure(const Times& found, const Times& beats) {
  double best = 0;
  const auto take = [&](const Times& level) {
    const double precision = PartNear(found, level);
    const double recall = PartNear(level, found);
    if (precision + recall > 0) {
      best = std::max(best, 2 * precision * recall / (precision + recall));
    }
  };
  for (std::size_t divide = 1; divide <= 4; ++divide) {
    for (std::size_t first = 0; first < divide; ++first) take(Level(beats, divide, first, 1));
  }
  for (std::size_t multiply = 2; multiply <= 3; ++multiply) take(Level(beats, 1, 0, multiply));
  return best;
}

inline double MedianLag(const Times& found, const Times& beats) {
  std::vector<double> lags;
  for (const double time : found) {
    const auto nearest =
        std::ranges::min_element(beats, {}, [time](double beat) { return std::abs(beat - time); });
    if (std::abs(*nearest - time) < 0.07) lags.push_back(time - *nearest);
  }
  if (lags.empty()) return 1;
  std::ranges::sort(lags);
  return lags[lags.size() / 2];
}

inline Plane Band(const Times& beats, double n_seconds, const test::Style& style = {},
                  int rate_hz = kRate) {
  Drums drums(rate_hz, n_seconds);
  test::PlayBand(drums, beats, style);
  return drums.plane();
}

inline Plane Clicks(const Times& beats, double n_seconds, int rate_hz = kRate) {
  Drums drums(rate_hz, n_seconds);
  for (const double beat : beats) drums.Click(beat, 0.5);
  return drums.plane();
}

// Narrow enough that only one octave of a tempo is in it.
inline RhythmOptions Around(double bpm) {
  return {.bpm_min = std::max(30.0, bpm / 1.3), .bpm_max = std::min(300.0, bpm * 1.3)};
}

inline Times TimesOf(const Plane& plane, const RhythmOptions& options = {},
                     const StreamFormat& format = kFormat) {
  RhythmRun run(options, format);
  run.Push({plane});
  run.Finish();
  return run.times();
}

}  // namespace tidemark::analysis
