// The inner loop of the Resampler. Pure; any thread.
#pragma once

#include <cstddef>

namespace tidemark::dsp {

// Sum over i < n of x[i] (a[i] + part (b[i] - a[i])).
float InterpolatedDot(const float* x, const float* a, const float* b, float part, std::size_t n);

}  // namespace tidemark::dsp
