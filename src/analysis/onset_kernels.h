// Inner loops of the onset bands. Pure; any thread. Arrays of n elements do not overlap.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>

namespace tidemark::analysis {

// magnitude[k] = scale * |bins[k]|.
void ScaledMagnitudes(const std::complex<float>* bins, std::size_t n, float scale,
                      float* magnitude);

// Values that are summed with weights, from the first on; their number is filled up to whole lanes
// with weights of 0.
struct WeightedRun {
  static constexpr std::size_t kLanes = 8;

  std::uint32_t first = 0;
  std::uint32_t n_lanes = 0;
};

// sums[i] = the sum of runs[i]; the weights of all runs lie one after another.
void WeightedSums(const WeightedRun* runs, std::size_t n_runs, const float* weights,
                  const float* values, float* sums);

// out[i] = log2(1 + scale * values[i]), within 3e-6 of it. REQUIRES: values >= 0.
void CompressLog2(const float* values, std::size_t n, float scale, float* out);

// rise[i] = max(0, now[i] - the largest of before[i - 1 .. i + 1]).
void RiseOverNeighbours(const float* now, const float* before, std::size_t n, float* rise);

}  // namespace tidemark::analysis
