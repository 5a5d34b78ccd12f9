#include "dsp/fft_kernels.h"

#include <cstring>

#include "dsp/simd.h"

// The vectors below never cross a call: what they are passed to is inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace tidemark::dsp {
namespace {

constexpr std::size_t kBins = 8;  // in a vector, as pairs of real and imaginary parts

using Pairs = float __attribute__((vector_size(2 * kBins * sizeof(float))));

constexpr Pairs kConjugate{1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1};

[[gnu::always_inline]] inline Pairs Load(const float* from) {
  Pairs value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

[[gnu::always_inline]] inline void Store(const Pairs& value, float* to) {
  std::memcpy(to, &value, sizeof(value));
}

[[gnu::always_inline]] inline Pairs Backwards(const Pairs& pairs) {
  return __builtin_shufflevector(pairs, pairs, 14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0,
                                 1);
}

// Imaginary parts for real ones, and the other way round.
[[gnu::always_inline]] inline Pairs Swapped(const Pairs& pairs) {
  return __builtin_shufflevector(pairs, pairs, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15,
                                 14);
}

}  // namespace

TM_KERNEL void PartSpectra(const float* turns_re, const float* turns_im, std::size_t n,
                           float* bins) {
  const float sum = bins[0] + bins[1];
  const float difference = bins[0] - bins[1];
  bins[0] = sum;
  bins[2 * n] = difference;
  bins[1] = bins[2 * n + 1] = 0;
  std::size_t k = 1;
  for (; 2 * (k + kBins) <= n + 1; k += kBins) {
    float* const lower = bins + 2 * k;
    float* const upper = bins + 2 * (n - k - kBins + 1);
    const Pairs z = Load(lower);
    const Pairs mirrored = Backwards(Load(upper)) * kConjugate;
    const Pairs even = 0.5F * (z + mirrored);
    const Pairs odd = z - mirrored;
    const Pairs turned = odd * Load(turns_re + 2 * k) + Swapped(odd) * Load(turns_im + 2 * k);
    Store(even + turned, lower);
    Store(Backwards((even - turned) * kConjugate), upper);
  }
  for (; 2 * k <= n; ++k) {
    float* const lower = bins + 2 * k;
    float* const upper = bins + 2 * (n - k);
    const float even_re = 0.5F * (lower[0] + upper[0]);
    const float even_im = 0.5F * (lower[1] - upper[1]);
    const float odd_re = lower[0] - upper[0];
    const float odd_im = lower[1] + upper[1];
    const float turned_re = odd_re * turns_re[2 * k] + odd_im * turns_im[2 * k];
    const float turned_im = odd_im * turns_re[2 * k + 1] + odd_re * turns_im[2 * k + 1];
    lower[0] = even_re + turned_re;
    lower[1] = even_im + turned_im;
    upper[0] = even_re - turned_re;
    upper[1] = turned_im - even_im;
  }
}

}  // namespace tidemark::dsp
