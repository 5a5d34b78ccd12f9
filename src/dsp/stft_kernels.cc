#include "dsp/stft_kernels.h"

#include <cmath>

#include "dsp/simd.h"

namespace tidemark::dsp {
namespace {

// Complex arrays are taken as pairs of reals, which the standard allows ([complex.numbers]/4):
// the compiler then sees plain loops, with no rules for infinities.
TM_KERNEL void PairPowers(const float* pairs, std::size_t n, float scale, float* power) {
  for (std::size_t k = 0; k < n; ++k) {
    const float re = pairs[2 * k];
    const float im = pairs[2 * k + 1];
    power[k] = scale * (re * re + im * im);
  }
}

TM_KERNEL void PairProducts(const float* now, const float* before, std::size_t n, double weight,
                            double* sums) {
  for (std::size_t k = 0; k < n; ++k) {
    const float re = now[2 * k] * before[2 * k] + now[2 * k + 1] * before[2 * k + 1];
    const float im = now[2 * k + 1] * before[2 * k] - now[2 * k] * before[2 * k + 1];
    sums[2 * k] += weight * static_cast<double>(re);
    sums[2 * k + 1] += weight * static_cast<double>(im);
  }
}

}  // namespace

TM_KERNEL void ApplyWindow(const float* samples, const float* window, std::size_t n, float* out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = samples[i] * window[i];
}

void BinPowers(const std::complex<float>* bins, std::size_t n, float scale, float* power) {
  PairPowers(reinterpret_cast<const float*>(bins), n, scale, power);
}

TM_KERNEL void AddPowers(const float* power, std::size_t n, double weight, double* sums) {
  for (std::size_t k = 0; k < n; ++k) sums[k] += weight * static_cast<double>(power[k]);
}

void AddProducts(const std::complex<float>* now, const std::complex<float>* before, std::size_t n,
                 double weight, std::complex<double>* sums) {
  PairProducts(reinterpret_cast<const float*>(now), reinterpret_cast<const float*>(before), n,
               weight, reinterpret_cast<double*>(sums));
}

TM_KERNEL float Magnitudes(const float* power, std::size_t n, float* magnitude, float* root) {
  float largest = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const float value = std::sqrt(power[k]);
    magnitude[k] = value;
    root[k] = std::sqrt(value);
    largest = value > largest ? value : largest;
  }
  return largest;
}

TM_KERNEL float Sum(const float* values, std::size_t n) {
  float sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += values[i];
  return sum;
}

}  // namespace tidemark::dsp
