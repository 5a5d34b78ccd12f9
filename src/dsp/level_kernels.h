// Level measures over spans of samples. Pure; any thread.
#pragma once

#include <cstddef>
#include <span>

namespace tidemark::dsp {

// The largest |x|; 0 for none.
float PeakMagnitude(std::span<const float> samples);

// Sum of x^2. Sums of at most 4096 terms are single precision (error below 1e-6 of the result).
double SumOfSquares(std::span<const float> samples);

// Sums over d = x - centre: of d, of d^2, of the squares of the differences between neighbours,
// and the largest |d|. REQUIRES: at most kMaxSumsAround samples.
inline constexpr std::size_t kMaxSumsAround = 1024;
struct CentredSums {
  float sum = 0;
  float sum_of_squares = 0;
  float sum_of_squared_steps = 0;
  float peak = 0;
};
CentredSums SumsAround(float centre, std::span<const float> samples);

}  // namespace tidemark::dsp
