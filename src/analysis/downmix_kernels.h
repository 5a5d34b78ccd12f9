// The inner loops of Downmix. Pure; any thread. Arrays of n elements do not overlap, but that sums
// may be made in place.
#pragma once

#include <cstddef>

namespace tidemark::analysis {

struct PairMoments {
  float cross = 0;  // sum x y
  float x = 0;      // sum x^2
  float y = 0;      // sum y^2
};
PairMoments Moments(const float* x, const float* y, std::size_t n);

// out[i] = gain * in[i].
void Scale(const float* in, std::size_t n, float gain, float* out);
// out[i] = base_gain * base[i] + (gain + step * i) * in[i].
void AddScaled(const float* base, float base_gain, const float* in, float gain, float step,
               std::size_t n, float* out);

}  // namespace tidemark::analysis
