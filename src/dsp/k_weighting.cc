#include "dsp/k_weighting.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "dsp/k_weighting_kernels.h"

namespace tidemark::dsp {
namespace {

// The analog filters behind the 48 kHz table of BS.1770-4: H(s) = (vh s^2 + vb s/q + vl) /
// (s^2 + s/q + 1) at a corner of f_hz.
struct Section {
  double g;   // tan(pi f / rate), the bilinear transform with the corner kept in place
  double k;   // 1 / q
  double vh;  // gains of the high-pass, band-pass and low-pass outputs
  double vb;
  double vl;
};

constexpr double kShelfHz = 1681.974450955533;
constexpr double kShelfQ = 0.7071752369554196;
constexpr double kShelfDb = 3.999843853973347;
constexpr double kShelfBandExponent = 0.4996667741545416;
constexpr double kHighPassHz = 38.13547087602444;
constexpr double kHighPassQ = 0.5003270373238773;

Section Shelf(double rate_hz) {
  const double vh = std::pow(10.0, kShelfDb / 20.0);
  return {.g = std::tan(std::numbers::pi * kShelfHz / rate_hz),
          .k = 1.0 / kShelfQ,
          .vh = vh,
          .vb = std::pow(vh, kShelfBandExponent),
          .vl = 1.0};
}

// The table's numerator is 1, -2, 1 with no normalisation; every meter keeps that at other rates.
Section HighPass(double rate_hz) {
  const double g = std::tan(std::numbers::pi * kHighPassHz / rate_hz);
  const double k = 1.0 / kHighPassQ;
  return {.g = g, .k = k, .vh = 1.0 + g * k + g * g, .vb = 0.0, .vl = 0.0};
}

// One sample through a trapezoidal state-variable filter with integrators z[0] and z[1].
double Tick(const Section& section, double x, double* z) {
  const double v1 = (z[0] + section.g * (x - z[1])) / (1.0 + section.g * (section.g + section.k));
  const double v2 = z[1] + section.g * v1;
  z[0] = 2.0 * v1 - z[0];
  z[1] = 2.0 * v2 - z[1];
  return section.vh * (x - section.k * v1 - v2) + section.vb * section.k * v1 + section.vl * v2;
}

struct Response {
  std::array<double, kKWeightingStep> y{};
  std::array<double, 4> s{};
};

// The filter's answer to a start state and an impulse at frame `at` (kKWeightingStep: none).
Response Answer(const Section& shelf, const Section& high_pass, const std::array<double, 4>& start,
                std::size_t at) {
  Response r;
  r.s = start;
  for (std::size_t i = 0; i < kKWeightingStep; ++i) {
    const double shelved = Tick(shelf, i == at ? 1.0 : 0.0, r.s.data());
    r.y[i] = Tick(high_pass, shelved, r.s.data() + 2);
  }
  return r;
}

template <typename To, std::size_t kN>
std::array<To, kN> Rounded(const std::array<double, kN>& from) {
  std::array<To, kN> to{};
  std::transform(from.begin(), from.end(), to.begin(), [](double v) { return static_cast<To>(v); });
  return to;
}

}  // namespace

KWeighting::KWeighting(double sample_rate_hz) {
  assert(sample_rate_hz > 2 * kShelfHz);
  const Section shelf = Shelf(sample_rate_hz);
  const Section high_pass = HighPass(sample_rate_hz);
  for (std::size_t j = 0; j < 4; ++j) {
    std::array<double, 4> unit{};
    unit[j] = 1.0;
    const Response r = Answer(shelf, high_pass, unit, kKWeightingStep);
    matrices_.state_to_output[j] = Rounded<float>(r.y);
    matrices_.state_to_state[j] = r.s;
  }
  for (std::size_t j = 0; j < kKWeightingStep; ++j) {
    const Response r = Answer(shelf, high_pass, {}, j);
    matrices_.input_to_output[j] = Rounded<float>(r.y);
    matrices_.input_to_state[j] = Rounded<float>(r.s);
  }
}

void KWeighting::Process(std::span<const float> in, KWeightingState& state,
                         std::span<float> out) const {
  assert(in.size() == out.size() && in.size() <= kMaxFrames);
  const std::size_t n_whole = in.size() / kKWeightingStep * kKWeightingStep;
  KWeightingRun(matrices_, state, in.data(), out.data(), n_whole);
  if (n_whole == in.size()) return;
  std::array<float, kKWeightingStep> last_in{};
  std::array<float, kKWeightingStep> last_out{};
  std::copy(in.begin() + static_cast<std::ptrdiff_t>(n_whole), in.end(), last_in.begin());
  KWeightingRun(matrices_, state, last_in.data(), last_out.data(), kKWeightingStep);
  std::copy_n(last_out.begin(), in.size() - n_whole,
              out.begin() + static_cast<std::ptrdiff_t>(n_whole));
}

}  // namespace tidemark::dsp
