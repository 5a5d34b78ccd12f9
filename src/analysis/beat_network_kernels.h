// Inner loops of the beat network. Pure; any thread. Frames are rows of floats, 32 channels wide
// but for the input; arrays do not overlap.
#pragma once

#include <cstddef>

namespace tidemark::analysis {

// out[t][c] = max(0, bias[c] + sum over tap k, input i of weights[k][i][c] * in[t + k *
// spacing][i]) for 5 taps and t < n_frames, a multiple of 4.
void ConvolveInput(const float* in, std::size_t n_frames, const float* weights, const float* bias,
                   float* out);
void ConvolveHidden(const float* in, std::size_t spacing, std::size_t n_frames,
                    const float* weights, const float* bias, float* out);

// out[t][c] = residual[t][c] + bias[c] + sum over i of weights[i][c] * in[t][i].
void MixResidual(const float* in, const float* residual, std::size_t n_frames, const float* weights,
                 const float* bias, float* out);

}  // namespace tidemark::analysis
