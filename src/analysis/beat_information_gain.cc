#include "analysis/beat_information_gain.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "analysis/beat_variations.h"

namespace tidemark::analysis {
namespace {

constexpr std::size_t kBins = 41;
using BinEdges = std::array<double, kBins + 1>;

BinEdges MakeBinEdges() {
  BinEdges edges{};
  for (std::size_t i = 0; i < kBins; ++i) {
    edges[i] = static_cast<double>(i) * (1.0 / kBins) - 0.5;
  }
  edges.back() = 0.5;
  return edges;
}

// Half the reference interval in which a beat `error` seconds from reference[nearest] lies.
double HalfInterval(std::span<const double> reference, std::size_t nearest, double error) {
  const std::size_t last = reference.size() - 1;
  if (nearest == last) return 0.5 * (reference[last] - reference[last - 1]);
  if (error >= 0) return 0.5 * (reference[nearest + 1] - reference[nearest]);
  // Before the first reference mir_eval takes the interval from the last one to the first.
  return 0.5 * (reference[nearest] - reference[nearest == 0 ? last : nearest - 1]);
}

// x modulo 1 in (-0.5, 0.5], half a period added first.
double Wrap(double x) {
  double wrapped = std::fmod(x + 0.5, 1.0);
  if (wrapped > 0) wrapped -= 1.0;
  return wrapped + 0.5;
}

// Entropy in bits of the errors of `estimate`; NaN where no error has a value (all of the reference
// falls together).
double ErrorEntropy(std::span<const double> reference, std::span<const double> estimate) {
  static const BinEdges kEdges = MakeBinEdges();
  std::array<double, kBins> counts{};
  double n = 0;
  for (const double beat : estimate) {
    const std::size_t nearest = NearestBeat(reference, beat);
    const double error = beat - reference[nearest];
    const double wrapped = Wrap(0.5 * error / HalfInterval(reference, nearest, error));
    if (!std::isfinite(wrapped)) continue;
    const auto above = std::upper_bound(kEdges.begin(), kEdges.end() - 1, wrapped);
    counts[static_cast<std::size_t>(above - kEdges.begin()) - 1] += 1;
    n += 1;
  }
  if (n == 0) return std::nan("");
  double entropy = 0;
  for (const double count : counts) {
    if (count > 0) entropy -= count / n * std::log2(count / n);
  }
  return entropy;
}

}  // namespace

double InformationGain(std::span<const double> reference, std::span<const double> estimate) {
  if (reference.size() < 2 || estimate.size() < 2) return 0;
  const double forward = ErrorEntropy(reference, estimate);
  const double backward = ErrorEntropy(estimate, reference);
  const double entropy = forward > backward ? forward : backward;
  const double most = std::log2(static_cast<double>(kBins));
  return std::isnan(entropy) ? 0 : (most - entropy) / most;
}

}  // namespace tidemark::analysis
