#include "analysis/dominant_frequency.h"

#include <gtest/gtest.h>

#include "tests/analysis/spectral_run.h"

namespace tidemark::analysis {
namespace {

std::optional<DominantResult> Dominant(int rate_hz, Channels channels,
                                       SpectralOptions options = {.tuning = false}) {
  SpectralRun run(options, {rate_hz, static_cast<int>(channels.size()), 0});
  run.Push(channels);
  return run.Finish().dominant();
}

void ExpectTone(int rate_hz, double hz, std::vector<float> samples) {
  const auto result = Dominant(rate_hz, {std::move(samples)});
  ASSERT_TRUE(result) << rate_hz << " " << hz;
  EXPECT_LT(std::abs(CentsApart(result->hz, hz)), 0.5) << rate_hz << " Hz rate, tone " << hz;
}

TEST(DominantFrequency, IsExactForSteadyTonesAtEveryRate) {
  for (const int rate_hz : {4'000, 8'000, 11'025, 22'050, 44'100, 48'000, 96'000}) {
    for (const double part : {0.0, 0.011, 0.0437, 0.0875, 0.132, 0.1751, 0.21, 0.3333, 0.45}) {
      const double hz = std::max(20.0, part * rate_hz);
      ExpectTone(rate_hz, hz, Sampled(rate_hz, 1.7, Tone(hz, 0.3)));
    }
  }
  for (const double hz : {20.0, 1000.0, 300'000.0}) {
    ExpectTone(768'000, hz, Sampled(768'000, 1.0, Tone(hz, 0.3)));
  }
}

TEST(DominantFrequency, IsExactInNoiseOfHalfTheTonesPower) {
  std::uint32_t seed = 1;
  for (const int rate_hz : {16'000, 44'100}) {
    for (const double hz : {33.3, 440.0, 1911.0, 3001.0, 5512.5, 7100.0}) {
      std::vector<float> samples = Sampled(rate_hz, 6, Tone(hz, 0.2));
      AddNoise(samples, 0.1, ++seed);
      ExpectTone(rate_hz, hz, std::move(samples));
    }
  }
}

TEST(DominantFrequency, HearsATwentyHertzToneOverOffsetAndDrift) {
  const auto tone = Tone(20, 0.1);
  const auto drift = Tone(0.2, 1);
  for (const double seconds : {1.0, 1.9, 8.0}) {
    ExpectTone(44'100, 20,
               Sampled(44'100, seconds, [&](double t) { return 0.5 + drift(t) + tone(t); }));
  }
}

TEST(DominantFrequency, StandsGatesAndFades) {
  const auto tone = Tone(880, 0.4);
  ExpectTone(44'100, 880, Sampled(44'100, 6, [&](double t) {
               return std::fmod(t, 0.5) < 0.27 ? tone(t) : 0.0;
             }));
  ExpectTone(44'100, 880, Sampled(44'100, 6, [&](double t) { return tone(t) * (1 - t / 6); }));
}

TEST(DominantFrequency, IsTheStrongestOfManyBandsByAmplitudeOverTheWholeFile) {
  const auto low = Tone(220, 0.30);
  const auto high = Tone(9000, 0.33);
  ExpectTone(44'100, 9000, Sampled(44'100, 3, [&](double t) { return low(t) + high(t); }));
  const auto weaker = Tone(9000, 0.27);
  ExpectTone(44'100, 220, Sampled(44'100, 3, [&](double t) { return low(t) + weaker(t); }));
  // A third of the time at three times the power: the mean is the lower tone's.
  const auto brief = Tone(9000, 0.45);
  ExpectTone(44'100, 220,
             Sampled(44'100, 45, [&](double t) { return low(t) + (t > 30 ? brief(t) : 0); }));
}

TEST(DominantFrequency, StatesLevelAndNote) {
  const auto result = Dominant(44'100, {Sampled(44'100, 3, Tone(442, 0.5))});
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->level_dbfs, -6.02, 0.1);
  EXPECT_EQ(result->note, "A4");
  EXPECT_NEAR(result->cents, 7.851, 0.01);
}

TEST(DominantFrequency, KeepsToTheWantedRange) {
  const auto low = Tone(100, 0.5);
  const auto middle = Tone(1000, 0.2);
  const auto high = Tone(8000, 0.4);
  const std::vector<float> samples =
      Sampled(44'100, 2, [&](double t) { return low(t) + middle(t) + high(t); });
  const auto in_range = [&](double fmin_hz, double fmax_hz) {
    return Dominant(44'100, {samples}, {.tuning = false, .fmin_hz = fmin_hz, .fmax_hz = fmax_hz})
        ->hz;
  };
  EXPECT_NEAR(in_range(20, 0), 100, 0.01);
  EXPECT_NEAR(in_range(150, 0), 8000, 0.1);
  EXPECT_NEAR(in_range(150, 5000), 1000, 0.1);
}

TEST(DominantFrequency, IsAbsentForSilenceAndForNothingButAnOffset) {
  for (const double seconds : {0.0, 0.01, 0.3, 3.0}) {
    EXPECT_FALSE(Dominant(44'100, {Sampled(44'100, seconds, [](double) { return 0.0; })}));
    EXPECT_FALSE(Dominant(44'100, {Sampled(44'100, seconds, [](double) { return 0.5; })}));
  }
}

TEST(DominantFrequency, IsSaneForShortFilesClicksAndNoise) {
  for (const double seconds : {0.05, 0.1, 0.4, 0.8}) {
    const auto result = Dominant(44'100, {Sampled(44'100, seconds, Tone(1000, 0.5))});
    ASSERT_TRUE(result) << seconds;
    EXPECT_LT(std::abs(CentsApart(result->hz, 1000)), 2) << seconds;
    EXPECT_NEAR(result->level_dbfs, -6.02, 0.5) << seconds;
  }
  std::vector<float> click(44'100);
  click[20'000] = 1;
  std::vector<float> noise(44'100);
  AddNoise(noise, 0.2, 5);
  for (const std::vector<float>& samples : {click, noise, std::vector<float>(1, 1.0F)}) {
    const auto result = Dominant(44'100, {samples});
    if (!result) continue;
    EXPECT_TRUE(result->hz >= 19.9 && result->hz <= 22'050 && result->level_dbfs < 0);
  }
}

TEST(DominantFrequency, SurvivesAnInvertedChannelAndManyChannels) {
  const std::vector<float> tone = Sampled(44'100, 1.5, Tone(440, 0.5));
  std::vector<float> inverted = tone;
  for (float& x : inverted) x = -x;
  const auto stereo = Dominant(44'100, {tone, inverted});
  ASSERT_TRUE(stereo);
  EXPECT_NEAR(stereo->level_dbfs, -6.02, 0.1);
  const auto many = Dominant(8'000, Channels(64, Sampled(8'000, 1.5, Tone(440, 0.5))));
  ASSERT_TRUE(many);
  EXPECT_NEAR(many->hz, 440, 0.05);
}

}  // namespace
}  // namespace tidemark::analysis
