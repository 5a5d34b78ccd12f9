#include "dsp/k_weighting.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "dsp/k_weighting_kernels.h"

namespace tidemark::dsp {
namespace {

using Section = KWeightingSection<double>;

constexpr double kShelfHz = 1681.974450955533;
constexpr double kShelfQ = 0.7071752369554196;
constexpr double kShelfDb = 3.999843853973347;
constexpr double kShelfBandExponent = 0.4996667741545416;
constexpr double kHighPassHz = 38.13547087602444;
constexpr double kHighPassQ = 0.5003270373238773;

// The analog filters behind the 48 kHz table of BS.1770-4, H(s) = (vh s^2 + vb s/q + 1) /
// (s^2 + s/q + 1), as trapezoidal state-variable filters: g = tan(pi f / rate) keeps the corner in
// place, k = 1 / q. With the integrators z0 and z1, d = z1 + (g + k) z0 and z = 2 g z0.
Section Shelf(double rate_hz) {
  const double g = std::tan(std::numbers::pi * kShelfHz / rate_hz);
  const double k = 1.0 / kShelfQ;
  const double norm = 1.0 / (1.0 + g * (g + k));
  const double vh = std::pow(10.0, kShelfDb / 20.0);
  const double vb = std::pow(vh, kShelfBandExponent);
  return {.r = 2.0 * g * norm * (2.0 * g + k),
          .s = 4.0 * g * g * norm,
          .b = norm * (vh + g * (vb * k + g)),
          .m = k * (vb - 1.0) / (2.0 * g)};
}

// The table's numerator is 1, -2, 1 with no normalisation; every meter keeps that at other rates.
Section HighPass(double rate_hz) {
  const double g = std::tan(std::numbers::pi * kHighPassHz / rate_hz);
  const double k = 1.0 / kHighPassQ;
  const double norm = 1.0 / (1.0 + g * (g + k));
  return {.r = 2.0 * g * norm * (2.0 * g + k), .s = 4.0 * g * g * norm, .b = 1.0, .m = 0.0};
}

KWeightingSection<float> Rounded(const Section& section) {
  return {static_cast<float>(section.r), static_cast<float>(section.s),
          static_cast<float>(section.b), static_cast<float>(section.m)};
}

}  // namespace

KWeighting::KWeighting(double sample_rate_hz) {
  assert(sample_rate_hz > 2 * kShelfHz);
  const Section shelf = Shelf(sample_rate_hz);
  const Section high_pass = HighPass(sample_rate_hz);
  tables_.shelf = Rounded(shelf);
  tables_.high_pass = Rounded(high_pass);
  for (std::size_t j = 0; j < 4; ++j) {
    std::array<double, 4>& s = tables_.state_to_state[j];
    s[j] = 1.0;
    for (auto& outputs : tables_.state_to_output) {
      const double u = -s[0];
      const double shelved = shelf.b * u + s[0] + shelf.m * s[1];
      s[0] += s[1] + shelf.r * u;
      s[1] += shelf.s * u;
      const double y = shelved - s[2];
      s[2] += s[3] + high_pass.r * y;
      s[3] += high_pass.s * y;
      outputs[j] = static_cast<float>(y);
    }
  }
}

void KWeighting::Process(std::span<const float> in, KWeightingState& state,
                         std::span<float> out) const {
  assert(in.size() == out.size() && in.size() <= kFrames);
  if (in.size() == kFrames) {
    KWeightingRun(tables_, state, in.data(), out.data());
    return;
  }
  std::array<float, kFrames> last_in{};
  std::array<float, kFrames> last_out;
  std::copy(in.begin(), in.end(), last_in.begin());
  KWeightingRun(tables_, state, last_in.data(), last_out.data());
  std::copy_n(last_out.begin(), out.size(), out.begin());
}

}  // namespace tidemark::dsp
