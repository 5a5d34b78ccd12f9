#include "analysis/beat_goto.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace tidemark::analysis {
namespace {

constexpr double kMaxError = 0.35;
constexpr double kMaxMean = 0.2;
constexpr double kMaxDeviation = 0.2;
constexpr double kMinShare = 0.25;

// Per reference beat. The first and the last have a neighbour on one side only and count as missed.
std::vector<double> BeatErrors(std::span<const double> reference,
                               std::span<const double> estimate) {
  std::vector<double> errors(reference.size(), 1.0);
  for (std::size_t n = 1; n + 1 < reference.size(); ++n) {
    const double half_before = 0.5 * (reference[n] - reference[n - 1]);
    const double half_after = 0.5 * (reference[n + 1] - reference[n]);
    const auto first =
        std::lower_bound(estimate.begin(), estimate.end(), reference[n] - half_before);
    const auto end = std::lower_bound(first, estimate.end(), reference[n] + half_after);
    if (end - first != 1) continue;
    const double offset = *first - reference[n];
    errors[n] = offset / (offset < 0 ? half_before : half_after);
  }
  return errors;
}

bool IsFollowed(std::span<const double> errors) {
  if (errors.size() < 2) return false;
  double sum = 0;
  double sum_of_absolutes = 0;
  for (const double error : errors) {
    sum += error;
    sum_of_absolutes += std::abs(error);
  }
  const auto n = static_cast<double>(errors.size());
  double squares = 0;
  for (const double error : errors) squares += (error - sum / n) * (error - sum / n);
  return sum_of_absolutes / n < kMaxMean && std::sqrt(squares / (n - 1)) < kMaxDeviation;
}

}  // namespace

double GotoScore(std::span<const double> reference, std::span<const double> estimate) {
  if (reference.size() < 3 || estimate.empty()) return 0;
  const std::vector<double> errors = BeatErrors(reference, estimate);
  std::size_t previous = 0;  // the last beat that is missed; beat 0 always is
  std::size_t begin = 0;
  std::size_t longest = 0;
  std::size_t n_missed = 1;
  for (std::size_t n = 1; n < errors.size(); ++n) {
    if (std::abs(errors[n]) <= kMaxError) continue;
    ++n_missed;
    if (n - previous > longest) {
      longest = n - previous;
      begin = previous;
    }
    previous = n;
  }
  const std::span all(errors);
  // mir_eval takes a stretch with the two missed beats around it, save where only the first and the
  // last are missed: then without them, and without the beat before the last.
  if (n_missed == 2) return IsFollowed(all.subspan(1, errors.size() - 3)) ? 1 : 0;
  const auto n_inner = static_cast<double>(errors.size() - 2);
  if (static_cast<double>(longest - 1) <= kMinShare * n_inner) return 0;
  return IsFollowed(all.subspan(begin, longest + 1)) ? 1 : 0;
}

}  // namespace tidemark::analysis
