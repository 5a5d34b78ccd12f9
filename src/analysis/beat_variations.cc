#include "analysis/beat_variations.h"

#include <algorithm>
#include <cassert>

namespace tidemark::analysis {

std::size_t NearestBeat(std::span<const double> beats, double time_s) {
  assert(!beats.empty());
  const auto after = std::lower_bound(beats.begin(), beats.end(), time_s);
  auto nearest = after;
  if (after == beats.end() || (after != beats.begin() && time_s - after[-1] <= *after - time_s)) {
    nearest = std::lower_bound(beats.begin(), after, after[-1]);
  }
  return static_cast<std::size_t>(nearest - beats.begin());
}

double MedianOf(std::vector<double> values) {
  assert(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*std::max_element(values.begin(), middle) + *middle);
}

std::vector<double> BeatIntervals(std::span<const double> beats) {
  assert(!beats.empty());
  std::vector<double> intervals(beats.size() - 1);
  for (std::size_t i = 0; i < intervals.size(); ++i) intervals[i] = beats[i + 1] - beats[i];
  return intervals;
}

std::array<std::vector<double>, 5> MetricalVariations(std::span<const double> beats) {
  std::array<std::vector<double>, 5> variations;
  auto& [same, between, both, odd, even] = variations;
  same.assign(beats.begin(), beats.end());
  for (const double interval : BeatIntervals(beats)) {
    between.push_back(beats[between.size()] + 0.5 * interval);
  }
  for (std::size_t i = 0; i < beats.size(); ++i) {
    both.push_back(beats[i]);
    if (i < between.size()) both.push_back(between[i]);
    (i % 2 == 0 ? odd : even).push_back(beats[i]);
  }
  return variations;
}

}  // namespace tidemark::analysis
