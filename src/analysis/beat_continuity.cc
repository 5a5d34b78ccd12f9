#include "analysis/beat_continuity.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "analysis/beat_variations.h"

namespace tidemark::analysis {
namespace {

constexpr double kTolerance = 0.175;  // of phase and of period alike

struct Shares {
  double longest_run = 0;
  double total = 0;
};

// From beats[i] to the one before it or, where `ahead`, to the one after it; at an end, the
// interval that there is.
double IntervalAt(std::span<const double> beats, std::size_t i, bool ahead) {
  if (ahead && i + 1 == beats.size()) ahead = false;
  return ahead ? beats[i + 1] - beats[i] : beats[i] - beats[i - 1];
}

bool IsRight(std::span<const double> reference, std::size_t nearest,
             std::span<const double> estimate, std::size_t m) {
  const bool ahead = m == 0 || nearest == 0;
  const double reference_interval = IntervalAt(reference, nearest, ahead);
  if (reference_interval == 0) return false;
  const double phase = std::abs(estimate[m] - reference[nearest]) / reference_interval;
  const double period = std::abs(1 - IntervalAt(estimate, m, ahead) / reference_interval);
  return phase < kTolerance && period < kTolerance;
}

Shares MeasureAgainst(std::span<const double> reference, std::span<const double> estimate) {
  if (reference.size() < 2) return {};
  std::vector<bool> taken(reference.size());
  std::size_t n_right = 0;
  std::size_t run = 0;
  std::size_t longest_run = 0;
  for (std::size_t m = 0; m < estimate.size(); ++m) {
    const std::size_t nearest = NearestBeat(reference, estimate[m]);
    if (taken[nearest] || !IsRight(reference, nearest, estimate, m)) {
      run = 0;
      continue;
    }
    taken[nearest] = true;
    ++n_right;
    longest_run = std::max(longest_run, ++run);
  }
  const auto n = static_cast<double>(std::max(reference.size(), estimate.size()));
  return {static_cast<double>(longest_run) / n, static_cast<double>(n_right) / n};
}

}  // namespace

BeatContinuity MeasureContinuity(std::span<const double> reference,
                                 std::span<const double> estimate) {
  BeatContinuity continuity;
  if (reference.size() < 2 || estimate.size() < 2) return continuity;
  const auto variations = MetricalVariations(reference);
  for (const std::vector<double>& variation : variations) {
    const Shares shares = MeasureAgainst(variation, estimate);
    if (&variation == variations.data()) {
      continuity.cml_continuous = shares.longest_run;
      continuity.cml_total = shares.total;
    }
    continuity.aml_continuous = std::max(continuity.aml_continuous, shares.longest_run);
    continuity.aml_total = std::max(continuity.aml_total, shares.total);
  }
  return continuity;
}

}  // namespace tidemark::analysis
