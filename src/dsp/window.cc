#include "dsp/window.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace tidemark::dsp {
namespace {

// The modified Bessel function of the first kind and order 0, by its series.
double Bessel(double x) {
  double term = 1;
  double sum = 1;
  for (int k = 1; term > 1e-12 * sum; ++k) {
    term *= x * x / (4.0 * k * k);
    sum += term;
  }
  return sum;
}

}  // namespace

void FillHann(std::span<float> window) {
  const double step = 2 * std::numbers::pi / static_cast<double>(window.size());
  for (std::size_t i = 0; i < window.size(); ++i) {
    window[i] = static_cast<float>(0.5 - 0.5 * std::cos(step * static_cast<double>(i)));
  }
}

double HannLobe(double bins) {
  const double x = std::abs(bins);
  if (x < 1e-6) return 1;
  if (std::abs(x - 1) < 1e-6) return 0.5;
  const double angle = std::numbers::pi * x;
  return std::sin(angle) / angle / (1 - x * x);
}

double HannToneOffset(double left, double centre, double right, double spacing) {
  const double sum = left + 2 * centre + right;
  if (!(sum > 0)) return 0;
  const double limit = 0.7 * spacing;
  if (spacing == 1) return std::clamp(2 * (right - left) / sum, -limit, limit);
  // The ratio of the neighbours falls steadily as the tone moves left; halve the interval.
  double low = -limit;
  double high = limit;
  for (int i = 0; i < 50; ++i) {
    const double offset = 0.5 * (low + high);
    const double excess = right * HannLobe(spacing + offset) - left * HannLobe(spacing - offset);
    (excess > 0 ? low : high) = offset;
  }
  return 0.5 * (low + high);
}

double KaiserSinc(double x, double cutoff, double half, double beta) {
  if (std::abs(x) >= half) return 0;
  const double angle = 2 * std::numbers::pi * cutoff * x;
  const double sinc = angle == 0 ? 1 : std::sin(angle) / angle;
  const double at = x / half;
  return 2 * cutoff * sinc * Bessel(beta * std::sqrt(1 - at * at)) / Bessel(beta);
}

}  // namespace tidemark::dsp
