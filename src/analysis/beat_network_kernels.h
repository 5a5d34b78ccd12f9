// Inner loops of the beat network. Pure; any thread. A row of floats is a pair of frames, 48
// channels wide but for the input, which has the inputs of both; arrays do not overlap.
#pragma once

#include <cstddef>

namespace tidemark::analysis {

// out[t][c] = max(0, bias[c] + sum over tap k, input i of weights[k][i][c] * in[t + k *
// spacing][i]) for t < n_pairs, a multiple of 4: 3 taps and spacing 1 at the input, else 5 taps.
void ConvolveInput(const float* in, std::size_t n_pairs, const float* weights, const float* bias,
                   float* out);
void ConvolveHidden(const float* in, std::size_t spacing, std::size_t n_pairs, const float* weights,
                    const float* bias, float* out);

// out[t][c] = residual[t][c] + bias[c] + sum over i of weights[i][c] * in[t][i].
void MixResidual(const float* in, const float* residual, std::size_t n_pairs, const float* weights,
                 const float* bias, float* out);

}  // namespace tidemark::analysis
