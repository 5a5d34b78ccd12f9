// The loops of the ChannelMatrix. Pure; any thread.
#pragma once

#include <cstddef>

namespace tidemark::dsp {

// out[i] = gain * in[i] for i < n. REQUIRES, here and below: the two do not overlap.
void ScaleSamples(const float* in, std::size_t n, float gain, float* out);

// out[i] += gain * in[i] for i < n.
void AddScaledSamples(const float* in, std::size_t n, float gain, float* out);

}  // namespace tidemark::dsp
