#include "dsp/true_peak.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "dsp/level_kernels.h"

namespace tidemark::dsp {
namespace {

// The table of BS.1770-4 annex 2, phase by phase.
constexpr double kTable[4][12] = {
    {0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875,
     0.1373291015625, 0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250,
     0.0148925781250, -0.0083007812500},
    {-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500,
     0.4650878906250, 0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625,
     0.0330810546875, -0.0189208984375},
    {-0.0189208984375, 0.0330810546875, -0.0582275390625, 0.1015625000000, -0.2003173828125,
     0.7797851562500, 0.4650878906250, -0.1665039062500, 0.0891113281250, -0.0517578125000,
     0.0292968750000, -0.0291748046875},
    {-0.0083007812500, 0.0148925781250, -0.0266113281250, 0.0476074218750, -0.1022949218750,
     0.9721679687500, 0.1373291015625, -0.0594482421875, 0.0332031250000, -0.0196533203125,
     0.0109863281250, 0.0017089843750}};

double PeakByTheTable(const std::vector<float>& x) {
  double peak = 0;
  for (std::size_t n = 0; n < x.size() + 11; ++n) {
    if (n < x.size()) peak = std::max(peak, std::abs(double{x[n]}));
    for (const auto& taps : kTable) {
      double y = 0;
      for (std::size_t k = 0; k < 12; ++k) {
        if (k <= n && n - k < x.size()) y += taps[k] * x[n - k];
      }
      peak = std::max(peak, std::abs(y));
    }
  }
  return peak;
}

double Measured(int rate_hz, const std::vector<float>& x) {
  auto arena = memory::Arena::Create(TruePeak::PlanBytes(rate_hz, 1));
  TruePeak true_peak(rate_hz, 1, *arena);
  EXPECT_EQ(arena->used(), arena->size());
  for (std::size_t at = 0; at < x.size(); at += TruePeak::kMaxFrames) {
    const auto part = std::span(x).subspan(at, std::min(TruePeak::kMaxFrames, x.size() - at));
    true_peak.Push(0, part, PeakMagnitude(part));
  }
  true_peak.Flush();
  return true_peak.peak();
}

TEST(TruePeak, EqualsTheWholeFilterThoughItSkipsWhatCannotMatter) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (int trial = 0; trial < 40; ++trial) {
    std::vector<float> x(200 + static_cast<std::size_t>(trial) * 97);
    const float envelope_hz = 1.0F + static_cast<float>(trial);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const float phase = envelope_hz * static_cast<float>(i) / static_cast<float>(x.size());
      x[i] = normal(random) * std::sin(6.28F * phase);
    }
    EXPECT_NEAR(Measured(44'100, x), PeakByTheTable(x), 1e-5) << trial;
  }
}

TEST(TruePeak, FindsAPeakBetweenTheLastSamples) {
  std::vector<float> x(100, 0.0F);
  x[98] = 0.9F;
  x[99] = 0.9F;
  EXPECT_NEAR(Measured(48'000, x), PeakByTheTable(x), 1e-6);
  EXPECT_GT(Measured(48'000, x), 1.1);
}

TEST(TruePeak, OversamplesFourTimesTwiceOrNotAtAll) {
  EXPECT_EQ(TruePeakOversampling(8'000), 4);
  EXPECT_EQ(TruePeakOversampling(48'000), 4);
  EXPECT_EQ(TruePeakOversampling(96'000), 2);
  EXPECT_EQ(TruePeakOversampling(192'000), 1);
  EXPECT_EQ(TruePeak::PlanBytes(192'000, 2), 0U);
  for (const int rate_hz : {96'000, 176'400, 384'000}) {
    std::vector<float> x;
    for (int i = 0; i < 5'000; ++i) {
      const double phase = 2 * std::numbers::pi * (0.125 * i + 0.0625);
      const double fade = std::min(1.0, std::min(i, 5'000 - i) / 500.0);
      x.push_back(static_cast<float>(fade * 0.5 * std::sin(phase)));
    }
    const double expected = rate_hz < 192'000 ? 0.5 : 0.5 * std::cos(std::numbers::pi / 8);
    EXPECT_NEAR(Measured(rate_hz, x), expected, 0.003) << rate_hz;
  }
}

}  // namespace
}  // namespace tidemark::dsp
