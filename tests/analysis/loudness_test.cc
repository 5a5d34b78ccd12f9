#include "analysis/loudness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/analysis/level_signals.h"

namespace tidemark::analysis {
namespace {

using test::Amplitude;
using test::AppendSilence;
using test::AppendSine;
using test::Plane;
using test::Planes;
using test::PushFrames;
using test::RunAnalyzer;

constexpr int kRateHz = 48'000;

LoudnessResult Measure(const Planes& planes, int rate_hz = kRateHz, bool true_peak = false,
                       std::uint32_t mask = 0) {
  const StreamFormat format{rate_hz, static_cast<int>(planes.size()), mask};
  const LoudnessOptions options{.true_peak = true_peak};
  auto arena = memory::Arena::Create(LoudnessAnalyzer::PlanBytes(options, format));
  auto analyzer = LoudnessAnalyzer::Create(options, format, *arena);
  EXPECT_EQ(arena->used(), arena->size());
  RunAnalyzer(**analyzer, planes);
  return (*analyzer)->result();
}

struct Tone {
  double dbfs;
  double seconds;
};

// 1 kHz on both channels, as Tech 3341 and 3342 describe their signals.
Planes StereoTones(const std::vector<Tone>& tones, int rate_hz = kRateHz) {
  Plane plane;
  for (const Tone& tone : tones) {
    AppendSine(plane, 1000, Amplitude(tone.dbfs), tone.seconds, rate_hz);
  }
  return {plane, plane};
}

constexpr double kSilence = -400;

TEST(EbuTech3341, Cases1To5MeasureIntegratedLoudness) {
  EXPECT_NEAR(*Measure(StereoTones({{-23, 20}})).integrated_lufs, -23.0, 0.1);
  EXPECT_NEAR(*Measure(StereoTones({{-33, 20}})).integrated_lufs, -33.0, 0.1);
  EXPECT_NEAR(*Measure(StereoTones({{-36, 10}, {-23, 60}, {-36, 10}})).integrated_lufs, -23.0, 0.1);
  EXPECT_NEAR(*Measure(StereoTones({{-72, 10}, {-36, 10}, {-23, 60}, {-36, 10}, {-72, 10}}))
                   .integrated_lufs,
              -23.0, 0.1);
  EXPECT_NEAR(*Measure(StereoTones({{-26, 20}, {-20, 20.1}, {-26, 20}})).integrated_lufs, -23.0,
              0.1);
}

TEST(EbuTech3341, Case1HoldsForMomentaryAndShortTermToo) {
  const LoudnessResult result = Measure(StereoTones({{-23, 20}}));
  EXPECT_NEAR(*result.max_momentary_lufs, -23.0, 0.1);
  EXPECT_NEAR(*result.max_short_term_lufs, -23.0, 0.1);
  EXPECT_NEAR(*result.sample_peak_dbfs, -23.0, 0.01);
  EXPECT_FALSE(result.true_peak_dbtp);
}

TEST(EbuTech3341, Case6WeighsFiveChannels) {
  Planes planes;
  for (const double dbfs : {-28.0, -28.0, -24.0, -30.0, -30.0}) {
    planes.push_back(StereoTones({{dbfs, 20}})[0]);
  }
  EXPECT_NEAR(*Measure(planes).integrated_lufs, -23.0, 0.1);
  planes.insert(planes.begin() + 3, StereoTones({{-3, 20}})[0]);  // the LFE channel does not count
  EXPECT_NEAR(*Measure(planes).integrated_lufs, -23.0, 0.1);
  EXPECT_NEAR(*Measure(planes, kRateHz, false, 0x3F).integrated_lufs, -23.0, 0.1);
}

TEST(EbuTech3341, Case9KeepsShortTermLoudnessSteady) {
  std::vector<Tone> tones;
  for (int i = 0; i < 5; ++i) tones.insert(tones.end(), {{-20, 1.34}, {-30, 1.66}});
  EXPECT_NEAR(*Measure(StereoTones(tones)).max_short_term_lufs, -23.0, 0.1);
}

TEST(EbuTech3341, Case10FindsThreeSecondsWhereverTheyStart) {
  for (int i = 0; i < 20; ++i) {
    const Planes planes = StereoTones({{kSilence, i * 0.15}, {-23, 3}, {kSilence, 1}});
    EXPECT_NEAR(*Measure(planes).max_short_term_lufs, -23.0, 0.1) << i;
  }
}

TEST(EbuTech3341, Case11FollowsShortTermLoudnessStepByStep) {
  std::vector<Tone> tones;
  for (int i = 0; i < 20; ++i) {
    tones.insert(tones.end(), {{kSilence, i * 0.15}, {-38.0 + i, 3}, {kSilence, 3 - i * 0.15}});
    if (i % 7 == 5) {
      EXPECT_NEAR(*Measure(StereoTones(tones)).max_short_term_lufs, -38.0 + i, 0.1) << i;
    }
  }
}

TEST(EbuTech3341, Case12KeepsMomentaryLoudnessSteady) {
  std::vector<Tone> tones;
  for (int i = 0; i < 25; ++i) tones.insert(tones.end(), {{-20, 0.18}, {-30, 0.22}});
  EXPECT_NEAR(*Measure(StereoTones(tones)).max_momentary_lufs, -23.0, 0.1);
}

TEST(EbuTech3341, Cases13And14FindFourHundredMillisecondsWhereverTheyStart) {
  for (int i = 0; i < 20; ++i) {
    const Planes file = StereoTones({{kSilence, i * 0.02}, {-23, 0.4}, {kSilence, 1}});
    EXPECT_NEAR(*Measure(file).max_momentary_lufs, -23.0, 0.1) << i;
    const Planes live =
        StereoTones({{kSilence, i * 0.02}, {-38.0 + i, 0.4}, {kSilence, 0.4 - i * 0.02}});
    EXPECT_NEAR(*Measure(live).max_momentary_lufs, -38.0 + i, 0.1) << i;
  }
}

// A sine of `cycles` per sample and a phase in degrees, faded in and out over 10 ms.
Planes PeakTone(double cycles, double amplitude, double degrees) {
  Plane plane;
  const int n = kRateHz;
  for (int i = 0; i < n; ++i) {
    const double fade = std::min(1.0, std::min(i, n - 1 - i) / 480.0);
    const double phase = 2 * std::numbers::pi * (cycles * i + degrees / 360);
    plane.push_back(static_cast<float>(fade * amplitude * std::sin(phase)));
  }
  return {plane, plane};
}

void ExpectTruePeak(const Planes& planes, double dbtp) {
  const double measured = *Measure(planes, kRateHz, true).true_peak_dbtp;
  EXPECT_LE(measured, dbtp + 0.2);
  EXPECT_GE(measured, dbtp - 0.4);
}

TEST(EbuTech3341, Cases15To19MeasureTruePeaksOfTones) {
  ExpectTruePeak(PeakTone(1.0 / 4, 0.50, 0), -6.0);
  ExpectTruePeak(PeakTone(1.0 / 4, 0.50, 45), -6.0);
  ExpectTruePeak(PeakTone(1.0 / 6, 0.50, 60), -6.0);
  ExpectTruePeak(PeakTone(1.0 / 8, 0.50, 67.5), -6.0);
  ExpectTruePeak(PeakTone(1.0 / 4, 1.41, 45), 3.0);
}

// At four times the rate: 8 kHz at half scale, with one period of 12 kHz at full scale, limited to
// 20 kHz, scaled to a peak of 1 and faded in and out.
std::vector<double> PeakBurst() {
  constexpr int kHalfTaps = 128;
  constexpr double kCutoff = 20.0 / 192.0;
  std::vector<double> high;
  for (int i = 0; i < 9600; ++i) high.push_back(0.5 * std::sin(2 * std::numbers::pi * i / 24));
  for (int i = 0; i < 16; ++i) high.push_back(std::sin(2 * std::numbers::pi * i / 16));
  for (int i = 0; i < 9600; ++i) high.push_back(0.5 * std::sin(2 * std::numbers::pi * i / 24));
  std::vector<double> limited;
  double peak = 0;
  for (std::size_t n = kHalfTaps; n + kHalfTaps < high.size(); ++n) {
    double y = 0;
    for (int k = -kHalfTaps; k <= kHalfTaps; ++k) {
      const double x = 2 * std::numbers::pi * kCutoff * k;
      const double sinc = k == 0 ? 1.0 : std::sin(x) / x;
      const double window = 0.5 + 0.5 * std::cos(std::numbers::pi * k / kHalfTaps);
      y += 2 * kCutoff * sinc * window * high[static_cast<std::size_t>(static_cast<int>(n) + k)];
    }
    limited.push_back(y);
    if (std::abs(static_cast<int>(n) - 9608) < 48) peak = std::max(peak, std::abs(y));
  }
  for (std::size_t n = 0; n < limited.size(); ++n) {
    const auto from_edge = static_cast<double>(std::min(n, limited.size() - n));
    limited[n] *= std::min(1.0, from_edge / 2000) / peak;
  }
  return limited;
}

TEST(EbuTech3341, Cases20To23FindAPeakWhicheverSamplesAreKept) {
  const std::vector<double> burst = PeakBurst();
  for (std::size_t offset = 0; offset < 4; ++offset) {
    Plane plane;
    for (std::size_t n = offset; n < burst.size(); n += 4) {
      plane.push_back(static_cast<float>(burst[n]));
    }
    ExpectTruePeak({plane, plane}, 0.0);
  }
}

TEST(EbuTech3342, Cases1To4MeasureLoudnessRange) {
  EXPECT_NEAR(*Measure(StereoTones({{-20, 20}, {-30, 20}})).range_lu, 10, 1);
  EXPECT_NEAR(*Measure(StereoTones({{-20, 20}, {-15, 20}})).range_lu, 5, 1);
  EXPECT_NEAR(*Measure(StereoTones({{-40, 20}, {-20, 20}})).range_lu, 20, 1);
  EXPECT_NEAR(
      *Measure(StereoTones({{-50, 20}, {-35, 20}, {-20, 20}, {-35, 20}, {-50, 20}})).range_lu, 15,
      1);
}

TEST(LoudnessAnalyzer, MeasuresATestToneAlikeAtEveryRate) {
  for (const int rate_hz : {8'000, 11'025, 22'050, 44'100, 96'000, 192'000}) {
    EXPECT_NEAR(*Measure(StereoTones({{-23, 4}}, rate_hz), rate_hz).integrated_lufs, -23.0, 0.1)
        << rate_hz;
  }
}

TEST(LoudnessAnalyzer, HasNoLevelForSilence) {
  const LoudnessResult result = Measure({Plane(kRateHz), Plane(kRateHz)}, kRateHz, true);
  EXPECT_FALSE(result.integrated_lufs);
  EXPECT_FALSE(result.range_lu);
  EXPECT_FALSE(result.max_momentary_lufs);
  EXPECT_FALSE(result.max_short_term_lufs);
  EXPECT_FALSE(result.sample_peak_dbfs);
  EXPECT_FALSE(result.true_peak_dbtp);
}

TEST(LoudnessAnalyzer, HasNoLevelForNothing) {
  const LoudnessResult result = Measure({Plane(), Plane()});
  EXPECT_FALSE(result.integrated_lufs);
  EXPECT_FALSE(result.max_momentary_lufs);
}

TEST(LoudnessAnalyzer, CountsWindowsOfShortAudioAsIfSilenceStoodBefore) {
  const LoudnessResult result = Measure(StereoTones({{-20, 0.3}}));
  EXPECT_FALSE(result.integrated_lufs);
  EXPECT_FALSE(result.range_lu);
  EXPECT_NEAR(*result.max_momentary_lufs, -20 + 10 * std::log10(0.3 / 0.4), 0.1);
  EXPECT_NEAR(*result.max_short_term_lufs, -20 + 10 * std::log10(0.3 / 3.0), 0.1);
}

TEST(LoudnessAnalyzer, LetsNoWindowReachAcrossAGap) {
  const StreamFormat format{kRateHz, 2, 0};
  auto arena = memory::Arena::Create(LoudnessAnalyzer::PlanBytes({}, format));
  auto analyzer = LoudnessAnalyzer::Create({}, format, *arena);
  Planes planes = StereoTones({{-20, 0.35}});
  for (int part = 0; part < 4; ++part) {
    PushFrames(**analyzer, planes, 0, planes[0].size(), [] {});
    (*analyzer)->Gap(part * 100'000);
  }
  (*analyzer)->Finish();
  EXPECT_FALSE((*analyzer)->result().integrated_lufs);
  EXPECT_NEAR(*(*analyzer)->result().max_momentary_lufs, -20 + 10 * std::log10(0.35 / 0.4), 0.1);
}

TEST(LoudnessAnalyzer, WeighsSpeakersByTheirPlaceInTheMask) {
  std::vector<double> weights(8);
  ChannelWeights({48'000, 8, 0x63F}, weights);  // 7.1: the sides stand at 90 degrees
  EXPECT_EQ(weights, (std::vector<double>{1, 1, 1, 0, 1, 1, 1.41, 1.41}));
  weights.resize(6);
  ChannelWeights({48'000, 6, 0x3F}, weights);  // 5.1 with its surrounds called back
  EXPECT_EQ(weights, (std::vector<double>{1, 1, 1, 0, 1.41, 1.41}));
  ChannelWeights({48'000, 6, 0x60F}, weights);
  EXPECT_EQ(weights, (std::vector<double>{1, 1, 1, 0, 1.41, 1.41}));
  weights.resize(3);
  ChannelWeights({48'000, 3, 0x3}, weights);  // a channel without a speaker
  EXPECT_EQ(weights, (std::vector<double>{1, 1, 0}));
  ChannelWeights({48'000, 3, 0}, weights);
  EXPECT_EQ(weights, (std::vector<double>{1, 1, 1}));
}

TEST(LoudnessAnalyzer, NeedsLessThan300KilobytesForStereo) {
  EXPECT_LT(LoudnessAnalyzer::PlanBytes({.true_peak = true}, {44'100, 2, 0}), 300'000U);
}

}  // namespace
}  // namespace tidemark::analysis
