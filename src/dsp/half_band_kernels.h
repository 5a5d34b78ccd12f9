// The inner loops of HalfBand. Pure; any thread.
#pragma once

#include <array>
#include <cstddef>

namespace tidemark::dsp {

// The non-zero taps on one side of the centre tap, which is 0.5; taps at odd distances 1, 3, ...
// Equiripple: least squares on the pass band, reweighted until the error is level.
inline constexpr std::array<float, 8> kHalfBandTaps = {
    0.31417429F,   -0.094246872F,   0.0455953498F,  -0.0232947456F,
    0.0112884025F, -0.00484893108F, 0.00169753498F, -0.000406387316F};
inline constexpr std::size_t kEvenHistory = 2 * kHalfBandTaps.size() - 1;
inline constexpr std::size_t kOddHistory = kHalfBandTaps.size();

// Even and odd samples of `in` (2 * n_pairs samples).
void Deinterleave(const float* in, std::size_t n_pairs, float* even, float* odd);

// low[m] = odd[m] / 2 + sum_j tap_j (even[m + 7 - j] + even[m + 8 + j]).
void FilterHalfBand(const float* even, const float* odd, std::size_t n, float* low);

}  // namespace tidemark::dsp
