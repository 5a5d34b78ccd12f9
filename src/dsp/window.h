// Windows and what is made of them. Pure functions; any thread.
//
// Hann: of the windows with a main lobe of four bins it has the sidelobes that fall fastest (18 dB
// per octave), so a drift far below the band leaks little into it; at a hop of half a window
// shifted copies add up to one, and a tone between bins can be told exactly from three of them.
#pragma once

#include <span>

namespace tidemark::dsp {

// Fills `window` with the periodic Hann window, 0.5 - 0.5 cos(2 pi i / n). Its sum is n / 2.
void FillHann(std::span<float> window);

// The window's transform at `bins` (of 1 / window length) from its centre, 1 there:
// sinc(x) / (1 - x^2).
double HannLobe(double bins);

// Where a steady tone lies between bins: `left`, `centre`, `right` are the magnitudes at its
// highest bin and the neighbours, `spacing` is the distance of bins in units of 1 / window length
// (1, or less where the window was padded with zeros). Returns the offset from the centre bin in
// the same units, within +-0.7 spacing. At spacing 1 this is the three-point estimate of
// D. Agrez, "Weighted multipoint interpolated DFT", IEEE Trans. Instrum. Meas. 51 (2002).
double HannToneOffset(double left, double centre, double right, double spacing);

// A low-pass filter's impulse response at x samples from its middle: sinc, with the middle of the
// transition at `cutoff` cycles per sample, in a Kaiser window that is 0 from |x| = half on.
// J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", ISCAS 1974.
double KaiserSinc(double x, double cutoff, double half, double beta);

}  // namespace tidemark::dsp
