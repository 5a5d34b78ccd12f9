// Inner loops over windows and spectra. Pure; any thread. Arrays of n elements do not overlap.
#pragma once

#include <complex>
#include <cstddef>

namespace tidemark::dsp {

// out[i] = samples[i] * window[i].
void ApplyWindow(const float* samples, const float* window, std::size_t n, float* out);

// power[k] = scale * |bins[k]|^2.
void BinPowers(const std::complex<float>* bins, std::size_t n, float scale, float* power);

// sums[k] += weight * power[k].
void AddPowers(const float* power, std::size_t n, double weight, double* sums);

// sums[k] += weight * now[k] * conj(before[k]), real and imaginary parts in turn.
void AddProducts(const std::complex<float>* now, const std::complex<float>* before, std::size_t n,
                 double weight, std::complex<double>* sums);

// magnitude[k] = sqrt(power[k]), root[k] = sqrt(magnitude[k]); returns the largest magnitude.
float Magnitudes(const float* power, std::size_t n, float* magnitude, float* root);

// The sum of n values.
float Sum(const float* values, std::size_t n);

}  // namespace tidemark::dsp
