// The loop of RealFft; see simd.h.
#pragma once

#include <cstddef>

namespace tidemark::dsp {

// From Z, the DFT of n complex samples x[2m] + i x[2m + 1], to X, the first n + 1 bins of the DFT
// of x: with the spectra of the even and the odd samples, E[k] = (Z[k] + Z*[n - k]) / 2 and O[k] =
// (Z[k] - Z*[n - k]) / 2i, X[k] = E[k] + exp(-pi i k / n) O[k] and X[n - k] is the conjugate of
// E[k] - exp(-pi i k / n) O[k]. `bins` is n + 1 pairs of real and imaginary parts, transformed in
// place; for each k up to n / 2 the turn -i / 2 exp(-pi i k / n) has its real part twice in
// turns_re, its imaginary part negated and as it is in turns_im.
void PartSpectra(const float* turns_re, const float* turns_im, std::size_t n, float* bins);

}  // namespace tidemark::dsp
