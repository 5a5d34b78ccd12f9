// Dither: noise of triangular density, two steps of the target wide (Lipshitz, Wannamaker,
// Vanderkooy: Quantization and Dither, JAES 1992), the same for every run. A value; one thread.
#pragma once

#include <cmath>
#include <cstdint>

namespace tidemark::io {

class Dither {
 public:
  // `value`, in steps of the target, made whole: exactly where it is so already, else with noise.
  double Round(double value) {
    const double nearest = std::nearbyint(value);
    return nearest == value ? value : std::nearbyint(value + Uniform() - Uniform());
  }

 private:
  // In [0, 1): the upper bits of a 64-bit congruential generator (Knuth's MMIX constants).
  double Uniform() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state_ >> 11U) * 0x1p-53;
  }

  std::uint64_t state_ = 0x9E3779B97F4A7C15U;
};

}  // namespace tidemark::io
