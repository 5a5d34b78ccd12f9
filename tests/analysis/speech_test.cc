#include "analysis/speech.h"

#include <gtest/gtest.h>

#include "analysis/activity.h"
#include "dsp/resampler.h"
#include "tests/analysis/level_signals.h"
#include "tests/analysis/spoken_text.h"

namespace tidemark::analysis {
namespace {

using test::Plane;
using test::Planes;

constexpr const char* kText =
    "She says her sister lives close to the sea. Yes! The mist, the ships, the last house. "
    "Sixty six glasses of juice, please.";

template <typename Analyzer>
std::vector<Interval> Found(Planes planes, int rate_hz) {
  const StreamFormat format{rate_hz, static_cast<int>(planes.size()), 0};
  auto arena = memory::Arena::Create(Analyzer::PlanBytes({}, format));
  auto analyzer = Analyzer::Create({}, format, *arena);
  EXPECT_TRUE(analyzer);
  EXPECT_EQ(arena->used(), arena->size());
  std::vector<Interval> found;
  std::array<Interval, Analyzer::kMaxPending> out;
  test::RunAnalyzer(**analyzer, std::move(planes), [&] {
    const std::size_t n = (*analyzer)->Drain(out);
    found.insert(found.end(), out.begin(), out.begin() + n);
  });
  return found;
}

std::vector<Interval> Speech(const Plane& plane, int rate_hz = test::kSpokenRateHz) {
  return Found<SpeechAnalyzer>({plane}, rate_hz);
}

void ExpectSame(const std::vector<Interval>& found, const std::vector<Interval>& wanted,
                double tolerance_s) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i].start_s, wanted[i].start_s, tolerance_s) << i;
    EXPECT_NEAR(found[i].end_s, wanted[i].end_s, tolerance_s) << i;
  }
}

Plane AtRate(const Plane& plane, int rate_hz) {
  const dsp::RateRatio ratio{test::kSpokenRateHz, 1, rate_hz};
  auto arena = memory::Arena::Create(dsp::Resampler::PlanBytes(ratio, plane.size()));
  dsp::Resampler resampler(ratio, plane.size(), *arena);
  Plane out(resampler.MaxOut(plane.size()));
  out.resize(resampler.Resample(plane, out));
  return out;
}

// Chords of three notes with eight harmonics each, two a second, each fading away.
Plane Chords(double seconds, int rate_hz) {
  constexpr double kRoots_hz[] = {220, 174.61, 196, 146.83};
  Plane plane(test::Frames(seconds, rate_hz));
  for (std::size_t i = 0; i < plane.size(); ++i) {
    const double t = static_cast<double>(i) / rate_hz;
    const auto chord = static_cast<std::size_t>(2 * t);
    const double fade = std::exp(-4 * (t - static_cast<double>(chord) / 2));
    double sum = 0;
    for (const double interval : {1.0, 1.25992, 1.49831}) {
      for (int k = 1; k <= 8; ++k) {
        sum += std::sin(2 * std::numbers::pi * kRoots_hz[chord % 4] * interval * k * t) / k;
      }
    }
    plane[i] = static_cast<float>(0.1 * fade * sum);
  }
  return plane;
}

TEST(Speech, KeepsEveryWordWithItsSoftFricatives) {
  Plane plane;
  test::AppendSilence(plane, 1, test::kSpokenRateHz);
  const Plane spoken = test::SpokenText(kText);
  plane.insert(plane.end(), spoken.begin(), spoken.end());
  test::AppendSilence(plane, 1, test::kSpokenRateHz);
  test::Noise(1).AddTo(plane, -75);
  const std::vector<Interval> active = Found<ActivityAnalyzer>({plane}, test::kSpokenRateHz);
  ASSERT_GE(active.size(), 3U);
  ExpectSame(Speech(plane), active, 0.03);
}

TEST(Speech, FindsTheSameAtAnyRateLevelAndPolarity) {
  const Plane spoken = test::SpokenText(kText);
  const std::vector<Interval> wanted = Speech(spoken);
  ASSERT_GE(wanted.size(), 3U);
  for (const int rate_hz : {16'000, 44'100, 48'000, 96'000, 192'000}) {
    SCOPED_TRACE(rate_hz);
    ExpectSame(Speech(AtRate(spoken, rate_hz), rate_hz), wanted, 0.05);
  }
  Plane quiet = spoken;
  for (float& x : quiet) x *= 0.02F;
  ExpectSame(Speech(quiet), wanted, 0.05);
  Plane turned = spoken;
  for (float& x : turned) x = -x;
  ExpectSame(Found<SpeechAnalyzer>({spoken, turned}, test::kSpokenRateHz), wanted, 0.02);
}

TEST(Speech, HearsDifferentVoices) {
  for (const char* voice : {"en-gb+f3", "de", "es", "fr", "ru"}) {
    const Plane spoken = test::SpokenText("Guten Morgen, Maria. Musica, vento, casa, sole.", voice);
    double active_s = 0;
    for (const Interval& interval : Speech(spoken)) active_s += interval.end_s - interval.start_s;
    EXPECT_GT(active_s, 0.8 * static_cast<double>(spoken.size()) / test::kSpokenRateHz) << voice;
  }
}

TEST(Speech, DoesNotTakeMusicNoiseOrTonesForSpeech) {
  EXPECT_TRUE(Speech(Chords(20, 44'100), 44'100).empty());
  Plane noise;
  test::Noise(2).Append(noise, -20, 10, 44'100);
  EXPECT_TRUE(Speech(noise, 44'100).empty());
  Plane tone;
  test::AppendSine(tone, 440, 0.3, 10, 44'100);
  EXPECT_TRUE(Speech(tone, 44'100).empty());
  EXPECT_TRUE(Speech(Plane(44'100), 44'100).empty());
  EXPECT_TRUE(Speech({}, 44'100).empty());
}

TEST(Speech, FindsSpeechBetweenMusic) {
  const Plane chords = Chords(8, test::kSpokenRateHz);
  const Plane spoken = test::SpokenText(kText);
  Plane plane = chords;
  plane.insert(plane.end(), spoken.begin(), spoken.end());
  const double end_s = static_cast<double>(plane.size()) / test::kSpokenRateHz;
  plane.insert(plane.end(), chords.begin(), chords.end());
  const std::vector<Interval> found = Speech(plane);
  ASSERT_FALSE(found.empty());
  EXPECT_NEAR(found.front().start_s, 8, 1.1);
  EXPECT_NEAR(found.back().end_s, end_s, 1.1);
}

TEST(Speech, EndsAtAGapAndGoesOnBehindIt) {
  Plane spoken = test::SpokenText("Yes, she says so, yes.");
  const StreamFormat format{test::kSpokenRateHz, 1, 0};
  auto arena = memory::Arena::Create(SpeechAnalyzer::PlanBytes({}, format));
  auto analyzer = SpeechAnalyzer::Create({}, format, *arena);
  std::array<Interval, SpeechAnalyzer::kMaxPending> out;
  std::vector<Interval> found;
  const auto drain = [&] {
    const std::size_t n = (*analyzer)->Drain(out);
    found.insert(found.end(), out.begin(), out.begin() + n);
  };
  Planes planes{spoken};
  test::PushFrames(**analyzer, planes, 0, spoken.size(), drain);
  (*analyzer)->Gap(100 * test::kSpokenRateHz);
  drain();
  const std::size_t n_before = found.size();
  ASSERT_GE(n_before, 1U);
  test::RunAnalyzer(**analyzer, planes, drain);
  ASSERT_EQ(found.size(), 2 * n_before);
  for (std::size_t i = 0; i < n_before; ++i) {
    EXPECT_NEAR(found[n_before + i].start_s, 100 + found[i].start_s, 1e-6);
    EXPECT_NEAR(found[n_before + i].end_s, 100 + found[i].end_s, 1e-6);
  }
  EXPECT_EQ((*analyzer)->result().count, static_cast<std::int64_t>(found.size()));
}

TEST(Speech, RefusesLengthsThatAreNone) {
  const StreamFormat format{44'100, 1, 0};
  auto arena = memory::Arena::Create(SpeechAnalyzer::PlanBytes({}, format));
  EXPECT_FALSE(SpeechAnalyzer::Create({-1, 0}, format, *arena));
  EXPECT_FALSE(SpeechAnalyzer::Create({0, 4000}, format, *arena));
}

}  // namespace
}  // namespace tidemark::analysis
