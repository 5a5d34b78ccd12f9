// Inner loops of the onset bands. Pure; any thread. Arrays of n elements do not overlap.
#pragma once

#include <complex>
#include <cstddef>

namespace tidemark::analysis {

// magnitude[k] = scale * |bins[k]|.
void ScaledMagnitudes(const std::complex<float>* bins, std::size_t n, float scale,
                      float* magnitude);

// sum of weights[i] * values[i].
float WeightedSum(const float* weights, const float* values, std::size_t n);

// out[i] = log2(1 + scale * values[i]), within 3e-6 of it. REQUIRES: values >= 0.
void CompressLog2(const float* values, std::size_t n, float scale, float* out);

// rise[i] = max(0, now[i] - the largest of before[i - 1 .. i + 1]).
void RiseOverNeighbours(const float* now, const float* before, std::size_t n, float* rise);

}  // namespace tidemark::analysis
