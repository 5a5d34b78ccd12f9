// Level measures over spans of samples. Pure; any thread.
#pragma once

#include <cstddef>
#include <span>

namespace tidemark::dsp {

// The largest |x|; 0 for none.
float PeakMagnitude(std::span<const float> samples);

// Sum of x^2. Sums of at most 4096 terms are single precision (error below 1e-6 of the result).
double SumOfSquares(std::span<const float> samples);

// Sums over d = x - centre: of d and of d^2, single precision.
struct CentredSums {
  float sum;
  float sum_of_squares;
};
// Those of each piece [edges[p], edges[p + 1]) of the samples, into sums[p].
// REQUIRES: at least one edge; edges rise, to at most samples.size(); room in sums for each piece.
void SumsAround(float centre, std::span<const float> samples, std::span<const std::size_t> edges,
                std::span<CentredSums> sums);

// The largest |x - centre|; 0 for none.
float PeakAround(float centre, std::span<const float> samples);

// Sum of the squared differences between neighbours, single precision; 0 for fewer than two.
float SumOfSquaredSteps(std::span<const float> samples);

}  // namespace tidemark::dsp
