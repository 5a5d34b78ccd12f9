#include "dsp/k_weighting.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "dsp/flush_to_zero.h"

namespace tidemark::dsp {
namespace {

std::vector<float> Filtered(double rate_hz, const std::vector<float>& in) {
  const KWeighting filter(rate_hz);
  KWeightingState state;
  std::vector<float> out(in.size());
  for (std::size_t at = 0; at < in.size(); at += KWeighting::kFrames) {
    const std::size_t n = std::min(KWeighting::kFrames, in.size() - at);
    filter.Process(std::span(in).subspan(at, n), state, std::span(out).subspan(at, n));
  }
  return out;
}

// Gain at `hz` from the impulse response.
double GainDb(double rate_hz, double hz) {
  std::vector<float> impulse(static_cast<std::size_t>(rate_hz));
  impulse[0] = 1;
  const std::vector<float> response = Filtered(rate_hz, impulse);
  double re = 0;
  double im = 0;
  for (std::size_t n = 0; n < response.size(); ++n) {
    const double phase = 2 * std::numbers::pi * std::fmod(hz * static_cast<double>(n) / rate_hz, 1);
    re += response[n] * std::cos(phase);
    im += response[n] * std::sin(phase);
  }
  return 10 * std::log10(re * re + im * im);
}

// The difference equation with the coefficients of BS.1770-4 tables 1 and 2.
std::vector<double> FilteredByTheTable(const std::vector<float>& in) {
  struct Biquad {
    double b0, b1, b2, a1, a2;
    double z1 = 0, z2 = 0;
    double Tick(double x) {
      const double y = b0 * x + z1;
      z1 = b1 * x - a1 * y + z2;
      z2 = b2 * x - a2 * y;
      return y;
    }
  };
  Biquad shelf{1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241,
               0.73248077421585};
  Biquad high_pass{1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621};
  std::vector<double> out;
  for (const float x : in) out.push_back(high_pass.Tick(shelf.Tick(x)));
  return out;
}

TEST(KWeighting, FiltersAt48kHzAsTheTablesOfTheStandardDo) {
  std::vector<float> in;
  std::uint32_t random = 1;
  for (int i = 0; i < 50'000; ++i) {
    random = random * 1664525U + 1013904223U;
    in.push_back(static_cast<float>(random) / 4294967296.0F - 0.25F);  // with an offset
  }
  const std::vector<float> out = Filtered(48'000, in);
  const std::vector<double> expected = FilteredByTheTable(in);
  for (std::size_t i = 0; i < in.size(); ++i) ASSERT_NEAR(out[i], expected[i], 2e-6) << i;
}

TEST(KWeighting, KeepsItsResponseFromOneRateToAnother) {
  for (const double hz : {40.0, 200.0, 997.0, 2'500.0}) {
    const double reference_db = GainDb(48'000, hz);
    for (const double rate_hz : {32'000.0, 44'100.0, 96'000.0, 192'000.0, 768'000.0}) {
      EXPECT_NEAR(GainDb(rate_hz, hz), reference_db, 0.05) << hz << " Hz at " << rate_hz;
    }
  }
  EXPECT_NEAR(GainDb(8'000, 997), GainDb(48'000, 997), 0.05);
}

TEST(KWeighting, StaysStableAtTheLowestAndHighestRates) {
  for (const double rate_hz : {4'000.0, 768'000.0}) {
    std::vector<float> in(100 * KWeighting::kFrames, 0.0F);
    for (std::size_t i = 0; i < 4 * KWeighting::kFrames; ++i) in[i] = i % 3 == 0 ? 1.0F : -1.0F;
    const std::vector<float> out = Filtered(rate_hz, in);
    for (const float y : out) ASSERT_LT(std::abs(y), 10.0F) << rate_hz;
    EXPECT_LT(std::abs(out.back()), rate_hz < 10'000 ? 1e-7F : 1e-2F) << rate_hz;
  }
}

TEST(KWeighting, TakesAwayAConstantOffset) {
  for (const double rate_hz : {4'000.0, 44'100.0, 768'000.0}) {
    const auto n = static_cast<std::size_t>(rate_hz);
    const std::vector<float> out = Filtered(rate_hz, std::vector<float>(n, 0.5F));
    EXPECT_LT(std::abs(out.back()), 1e-5F) << rate_hz;
  }
}

TEST(KWeighting, FiltersAnEndOfOddLengthAsPartOfALongerSignal) {
  std::vector<float> in(1003);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = std::sin(0.1F * static_cast<float>(i));
  const std::vector<float> all = Filtered(44'100, in);
  in.resize(1000 + 3 - 6);
  const std::vector<float> part = Filtered(44'100, in);
  for (std::size_t i = 0; i < part.size(); ++i) ASSERT_NEAR(part[i], all[i], 1e-6F) << i;
}

TEST(KWeighting, NeverComputesWithSubnormalNumbersWhenSilenceFollowsSound) {
  const FlushToZero no_subnormals;
  const KWeighting filter(44'100);
  KWeightingState state;
  std::vector<float> in(KWeighting::kFrames, 0.7F);
  std::vector<float> out(in.size());
  filter.Process(in, state, out);
  std::fill(in.begin(), in.end(), 0.0F);
  for (int block = 0; block < 300; ++block) {
    filter.Process(in, state, out);
    for (const double s : state.s) ASSERT_NE(std::fpclassify(s), FP_SUBNORMAL) << block;
    for (const float y : out) ASSERT_NE(std::fpclassify(y), FP_SUBNORMAL) << block;
  }
  for (const double s : state.s) EXPECT_EQ(s, 0.0);
}

}  // namespace
}  // namespace tidemark::dsp
