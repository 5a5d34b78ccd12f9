#include "analysis/beat_measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "analysis/beat_goto.h"
#include "analysis/beat_information_gain.h"
#include "analysis/beat_variations.h"

namespace tidemark::analysis {
namespace {

constexpr double kWindow_s = 0.07;
constexpr double kCemgilSigma_s = 0.04;
constexpr double kPScoreShare = 0.2;  // of the median reference interval
constexpr double kPScoreGrid_hz = 100;
constexpr double kTempoTolerance = 0.04;
constexpr std::array kSameTempo = {1.0};
constexpr std::array kRelatedTempos = {1.0, 2.0, 3.0, 0.5, 1.0 / 3.0};

BeatTimes Trimmed(BeatTimes beats, double from_s) {
  const auto first = std::lower_bound(beats.begin(), beats.end(), from_s);
  return beats.subspan(static_cast<std::size_t>(first - beats.begin()));
}

// The most pairs within the window: with one window for all, taking each beat's first free
// candidate from left to right is optimal.
std::size_t CountPairs(BeatTimes reference, BeatTimes estimate) {
  std::size_t r = 0;
  std::size_t e = 0;
  std::size_t n_pairs = 0;
  while (r < reference.size() && e < estimate.size()) {
    if (reference[r] < estimate[e] - kWindow_s) {
      ++r;
    } else if (reference[r] > estimate[e] + kWindow_s) {
      ++e;
    } else {
      ++r;
      ++e;
      ++n_pairs;
    }
  }
  return n_pairs;
}

double CemgilOf(BeatTimes reference, BeatTimes estimate) {
  double sum = 0;
  for (const double beat : reference) {
    const double distance_s = beat - estimate[NearestBeat(estimate, beat)];
    sum += std::exp(-distance_s * distance_s / (2 * kCemgilSigma_s * kCemgilSigma_s));
  }
  return sum / (0.5 * static_cast<double>(estimate.size() + reference.size()));
}

// The grid points on which there are beats, each once; all finite.
std::vector<double> OnGrid(BeatTimes beats, double origin_s) {
  std::vector<double> points;
  for (const double beat : beats) {
    const double point = std::ceil((beat - origin_s) * kPScoreGrid_hz);
    points.push_back(std::min(point, std::numeric_limits<double>::max()));
  }
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return points;
}

}  // namespace

double BeatFMeasure(BeatTimes reference, BeatTimes estimate) {
  const auto n_pairs = static_cast<double>(CountPairs(reference, estimate));
  if (n_pairs == 0) return 0;
  return 2 * n_pairs / static_cast<double>(reference.size() + estimate.size());
}

CemgilScores CemgilScore(BeatTimes reference, BeatTimes estimate) {
  CemgilScores scores;
  if (reference.empty() || estimate.empty()) return scores;
  scores.same_level = CemgilOf(reference, estimate);
  for (const std::vector<double>& variation : MetricalVariations(reference)) {
    scores.best_level = std::max(scores.best_level, CemgilOf(variation, estimate));
  }
  return scores;
}

double PScore(BeatTimes reference, BeatTimes estimate) {
  if (reference.size() < 2 || estimate.size() < 2) return 0;
  const double origin_s = std::min(reference.front(), estimate.front());
  const std::vector<double> references = OnGrid(reference, origin_s);
  const std::vector<double> estimates = OnGrid(estimate, origin_s);
  if (references.size() < 2) return 0;
  const double window = std::nearbyint(kPScoreShare * MedianOf(BeatIntervals(references)));
  std::size_t n_pairs = 0;
  for (const double point : references) {
    const auto first = std::lower_bound(estimates.begin(), estimates.end(), point - window);
    n_pairs +=
        static_cast<std::size_t>(std::upper_bound(first, estimates.end(), point + window) - first);
  }
  return static_cast<double>(n_pairs) /
         static_cast<double>(std::max(reference.size(), estimate.size()));
}

std::optional<double> MedianLag(BeatTimes reference, BeatTimes estimate) {
  std::vector<double> lags_s;
  for (const double beat : estimate) {
    if (reference.empty()) break;
    const double lag_s = beat - reference[NearestBeat(reference, beat)];
    if (std::abs(lag_s) <= kWindow_s) lags_s.push_back(lag_s);
  }
  if (lags_s.empty()) return std::nullopt;
  return MedianOf(std::move(lags_s));
}

std::optional<double> BeatTempo(BeatTimes beats) {
  if (beats.size() < 2) return std::nullopt;
  const double interval_s = MedianOf(BeatIntervals(beats));
  if (!(interval_s > 0) || !std::isfinite(60 / interval_s)) return std::nullopt;
  return 60 / interval_s;
}

bool TempoAgrees(double reference_bpm, double estimate_bpm, std::span<const double> factors) {
  return std::any_of(factors.begin(), factors.end(), [&](double factor) {
    const double wanted_bpm = factor * reference_bpm;
    return std::abs(estimate_bpm - wanted_bpm) <= kTempoTolerance * wanted_bpm;
  });
}

BeatMeasures MeasureBeats(BeatTimes reference, BeatTimes estimate,
                          const BeatMeasureOptions& options) {
  reference = Trimmed(reference, options.trim_s);
  estimate = Trimmed(estimate, options.trim_s);
  BeatMeasures measures;
  measures.n_reference = reference.size();
  measures.n_estimate = estimate.size();
  measures.f_measure = BeatFMeasure(reference, estimate);
  measures.cemgil = CemgilScore(reference, estimate);
  measures.goto_score = GotoScore(reference, estimate);
  measures.p_score = PScore(reference, estimate);
  measures.continuity = MeasureContinuity(reference, estimate);
  measures.information_gain = InformationGain(reference, estimate);
  measures.median_lag_s = MedianLag(reference, estimate);
  measures.reference_bpm = options.reference_bpm ? options.reference_bpm : BeatTempo(reference);
  measures.estimate_bpm = options.estimate_bpm ? options.estimate_bpm : BeatTempo(estimate);
  if (measures.reference_bpm && measures.estimate_bpm) {
    const double wanted_bpm = *measures.reference_bpm;
    measures.tempo_accuracy_1 = TempoAgrees(wanted_bpm, *measures.estimate_bpm, kSameTempo);
    measures.tempo_accuracy_2 = TempoAgrees(wanted_bpm, *measures.estimate_bpm, kRelatedTempos);
  }
  return measures;
}

}  // namespace tidemark::analysis
