#include "analysis/activity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/analysis/level_signals.h"

namespace tidemark::analysis {
namespace {

using test::Amplitude;
using test::AppendSilence;
using test::AppendSine;
using test::Noise;
using test::Plane;
using test::Planes;

constexpr int kRateHz = 16'000;

struct Found {
  std::vector<Interval> intervals;
  ActivityResult result;
};

Found Find(const Planes& planes, int rate_hz = kRateHz, const ActivityOptions& options = {}) {
  const StreamFormat format{rate_hz, static_cast<int>(planes.size()), 0};
  auto arena = memory::Arena::Create(ActivityAnalyzer::PlanBytes(options, format));
  auto analyzer = ActivityAnalyzer::Create(options, format, *arena);
  EXPECT_EQ(arena->used(), arena->size());
  Found found;
  std::array<Interval, ActivityAnalyzer::kMaxPending> out;
  test::RunAnalyzer(**analyzer, planes, [&] {
    const std::size_t n = (*analyzer)->Drain(out);
    found.intervals.insert(found.intervals.end(), out.begin(), out.begin() + n);
  });
  found.result = (*analyzer)->result();
  return found;
}

void ExpectIntervals(const Found& found, const std::vector<Interval>& expected,
                     double tolerance_s = 0.006) {
  ASSERT_EQ(found.intervals.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(found.intervals[i].start_s, expected[i].start_s, tolerance_s) << i;
    EXPECT_NEAR(found.intervals[i].end_s, expected[i].end_s, tolerance_s) << i;
  }
}

// Voice-like: syllables of a buzz and of hiss, 4 a second, dipping by 25 dB in between.
void AppendSpeechLike(Plane& plane, double dbfs, double seconds, int rate_hz, Noise& noise) {
  const std::size_t n = test::Frames(seconds, rate_hz);
  for (std::size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) / rate_hz;
    const double syllable_db = -12.5 + 12.5 * std::cos(2 * std::numbers::pi * 4 * t);
    const double pitch_hz = 120 + 20 * std::sin(2 * std::numbers::pi * 0.7 * t);
    const double buzz = std::fmod(t * pitch_hz, 1.0) - 0.5;
    const double hiss = std::fmod(t, 0.5) < 0.1 ? noise.Next(-6) : 0.0;
    plane.push_back(static_cast<float>(Amplitude(dbfs + syllable_db) * (2 * buzz + hiss)));
  }
}

struct Scene {
  Plane plane;
  std::vector<Interval> truth;
};

Scene SpeechScene(double speech_dbfs, int rate_hz) {
  Scene scene;
  Noise noise(4);
  const double pauses_s[] = {2.5, 0.5, 0.4, 4.5, 1.1, 0.7};
  for (const double pause_s : pauses_s) {
    AppendSilence(scene.plane, pause_s, rate_hz);
    const double start_s = static_cast<double>(scene.plane.size()) / rate_hz;
    AppendSpeechLike(scene.plane, speech_dbfs, 2.25, rate_hz, noise);
    scene.truth.push_back({start_s, static_cast<double>(scene.plane.size()) / rate_hz});
  }
  AppendSilence(scene.plane, 1.5, rate_hz);
  return scene;
}

TEST(Activity, FindsSpeechBetweenDigitalSilences) {
  for (const int rate_hz : {4'000, 8'000, 22'050, 44'100}) {
    const Scene scene = SpeechScene(-20, rate_hz);
    const Found found = Find({scene.plane}, rate_hz);
    ExpectIntervals(found, scene.truth);
    EXPECT_EQ(found.result.noise_floor_dbfs, -110.0);
  }
}

TEST(Activity, FindsSpeechOverNoiseOfManyLevels) {
  for (const int rate_hz : {8'000, 16'000, 48'000}) {
    for (const double noise_dbfs : {-75.0, -70.0, -60.0, -50.0, -40.0}) {
      Scene scene = SpeechScene(-8, rate_hz);
      Noise(9).AddTo(scene.plane, noise_dbfs);
      const Found found = Find({scene.plane}, rate_hz);
      ExpectIntervals(found, scene.truth, 0.02);
      EXPECT_NEAR(*found.result.noise_floor_dbfs, noise_dbfs, 1.0) << rate_hz;
    }
  }
}

TEST(Activity, FindsSpeechOverNoiseThatIsStrongestAtLowFrequencies) {
  Scene scene = SpeechScene(-10, kRateHz);
  Noise noise(2);
  double low = 0;
  for (float& x : scene.plane) {
    const double white = noise.Next(-50);
    low += 0.05 * (white - low);
    x += static_cast<float>(4 * low + 0.7 * white);
  }
  ExpectIntervals(Find({scene.plane}), scene.truth, 0.02);
}

constexpr int kSoftRateHz = 48'000;

// A second of loud hiss with `soft_s` of hiss 4.5 dB over the floor before and behind it.
Plane LoudBetweenSoft(double soft_s) {
  Plane plane;
  Noise noise(7);
  AppendSilence(plane, 2, kSoftRateHz);
  noise.Append(plane, -52.4, soft_s, kSoftRateHz);
  noise.Append(plane, -20, 1, kSoftRateHz);
  noise.Append(plane, -52.4, soft_s, kSoftRateHz);
  AppendSilence(plane, 2, kSoftRateHz);
  noise.AddTo(plane, -55);
  return plane;
}

TEST(Activity, HasSoftBeginningsAndEnds) {
  ExpectIntervals(Find({LoudBetweenSoft(0.03)}, kSoftRateHz), {{2, 3.06}});
}

TEST(Activity, FollowsSoftEndsFor50Milliseconds) {
  ExpectIntervals(Find({LoudBetweenSoft(0.25)}, kSoftRateHz), {{2.2, 3.3}});
}

TEST(Activity, IgnoresAConstantOffset) {
  Scene scene = SpeechScene(-20, kRateHz);
  for (float& x : scene.plane) x = x / 2 + 0.3F;
  ExpectIntervals(Find({scene.plane}), scene.truth);
  ExpectIntervals(Find({Plane(kRateHz * 3, 0.5F)}), {});
}

TEST(Activity, IsOnWhereAnyChannelIs) {
  Plane left;
  Plane right;
  AppendSilence(left, 1, kRateHz);
  AppendSine(left, 440, 0.2, 1, kRateHz);
  AppendSilence(left, 3, kRateHz);
  AppendSilence(right, 3, kRateHz);
  AppendSine(right, 440, 0.2, 1, kRateHz);
  AppendSilence(right, 1, kRateHz);
  ExpectIntervals(Find({left, right}), {{1, 2}, {3, 4}});
}

TEST(Activity, JudgesEachChannelByItsOwnNoise) {
  Plane hissing;
  Noise noise(6);
  noise.Append(hissing, -42, 6, kRateHz);
  Plane speaking;
  AppendSilence(speaking, 3, kRateHz);
  AppendSine(speaking, 300, Amplitude(-25), 0.5, kRateHz);
  AppendSine(speaking, 300, Amplitude(-50), 0.5, kRateHz);  // fainter than the other's hiss
  AppendSilence(speaking, 2, kRateHz);
  ExpectIntervals(Find({hissing, speaking}), {{3, 4}});
}

TEST(Activity, TakesDigitalSilenceForSilence) {
  const Found found = Find({Plane(kRateHz * 5)});
  EXPECT_TRUE(found.intervals.empty());
  EXPECT_EQ(found.result.active_s, 0);
  EXPECT_TRUE(Find({Plane()}).intervals.empty());
}

TEST(Activity, TakesConstantNoiseAloneForSound) {
  for (const double dbfs : {-30.0, -50.0, -70.0}) {
    Plane plane;
    Noise noise(8);
    noise.Append(plane, dbfs, 20, kRateHz);
    ExpectIntervals(Find({plane}), {{0, 20}});
  }
}

TEST(Activity, TakesNoiseForSilenceWhenSomethingLouderComesMuchLater) {
  Plane plane;
  Noise noise(8);
  noise.Append(plane, -55, 30, kRateHz);
  AppendSine(plane, 500, Amplitude(-20), 1, kRateHz);
  noise.Append(plane, -55, 30, kRateHz);
  ExpectIntervals(Find({plane}), {{30, 31}});
}

TEST(Activity, TakesContinuousMusicForOneInterval) {
  Plane plane;
  for (int note = 0; note < 60; ++note) {
    const double hz = 220 * std::pow(2.0, (note * 5 % 12) / 12.0);
    const std::size_t start = plane.size();
    AppendSine(plane, hz, 0.3, 0.5, kRateHz);
    for (std::size_t n = start; n < plane.size(); ++n) {
      const double t = static_cast<double>(n - start) / kRateHz;
      plane[n] *= static_cast<float>(std::exp(-(note % 4) * 2 * t));
    }
  }
  ExpectIntervals(Find({plane}), {{0, 30}});
}

TEST(Activity, DropsAClickUnlessAskedNotTo) {
  Plane plane(kRateHz * 4);
  plane[kRateHz * 2] = 0.9F;
  EXPECT_TRUE(Find({plane}).intervals.empty());
  ActivityOptions options;
  options.min_sound_s = 0;
  ExpectIntervals(Find({plane}, kRateHz, options), {{2, 2.005}});
}

TEST(Activity, AppliesAFixedThresholdToPeaks) {
  Plane plane;
  AppendSine(plane, 500, 0.05, 1, kRateHz);
  AppendSine(plane, 500, 0.03, 1, kRateHz);
  AppendSine(plane, 500, 0.05, 1, kRateHz);
  ActivityOptions options;
  options.threshold = *ParseActivityThreshold("4%");
  const Found found = Find({plane}, kRateHz, options);
  ExpectIntervals(found, {{0, 1}, {2, 3}});
  EXPECT_NEAR(found.result.threshold_dbfs, 20 * std::log10(0.04), 1e-9);
  options.threshold = *ParseActivityThreshold("-40dB");
  ExpectIntervals(Find({plane}, kRateHz, options), {{0, 3}});
}

TEST(Activity, CountsTimeFromTheStartOfTheFileAcrossGaps) {
  const StreamFormat format{kRateHz, 1, 0};
  auto arena = memory::Arena::Create(ActivityAnalyzer::PlanBytes({}, format));
  auto analyzer = ActivityAnalyzer::Create({}, format, *arena);
  Plane plane;
  AppendSilence(plane, 1, kRateHz);
  AppendSine(plane, 300, 0.3, 1, kRateHz);
  Planes planes{plane};
  Found found;
  std::array<Interval, ActivityAnalyzer::kMaxPending> out;
  const auto drain = [&] {
    const std::size_t n = (*analyzer)->Drain(out);
    found.intervals.insert(found.intervals.end(), out.begin(), out.begin() + n);
  };
  test::PushFrames(**analyzer, planes, 0, plane.size(), drain);
  (*analyzer)->Gap(kRateHz * 100);
  drain();
  test::PushFrames(**analyzer, planes, 0, plane.size(), drain);
  (*analyzer)->Finish();
  drain();
  ExpectIntervals(found, {{1, 2}, {101, 102}});
  EXPECT_EQ((*analyzer)->result().count, 2);
}

TEST(Activity, NeverHoldsMoreThanItsQueue) {
  Plane plane;
  for (int i = 0; i < 2'000; ++i) {
    AppendSine(plane, 1000, 0.5, 0.0025, kRateHz);
    AppendSilence(plane, 0.0125, kRateHz);
  }
  ActivityOptions options;
  options.min_silence_s = 0;
  options.min_sound_s = 0;
  EXPECT_EQ(Find({plane}, kRateHz, options).intervals.size(), 2'000U);
}

TEST(Activity, RefusesLengthsThatMakeNoSense) {
  const StreamFormat format{kRateHz, 1, 0};
  auto arena = memory::Arena::Create(1 << 20);
  ActivityOptions options;
  options.min_silence_s = -1;
  EXPECT_EQ(ActivityAnalyzer::Create(options, format, *arena).error().code, ErrorCode::kUsage);
  options = {};
  options.margin_after_s = std::nan("");
  EXPECT_EQ(ActivityAnalyzer::Create(options, format, *arena).error().code, ErrorCode::kUsage);
}

TEST(ActivityThreshold, ParsesDecibelsPercentAndAuto) {
  EXPECT_EQ(ParseActivityThreshold("auto")->kind, ActivityThreshold::Kind::kAuto);
  EXPECT_NEAR(ParseActivityThreshold("-40dB")->amplitude, 0.01, 1e-12);
  EXPECT_NEAR(ParseActivityThreshold("-20dBFS")->amplitude, 0.1, 1e-12);
  EXPECT_NEAR(ParseActivityThreshold("4%")->amplitude, 0.04, 1e-12);
  for (const char* text : {"", "-40", "dB", "0%", "101%", "3dB", "nandB", "4 percent"}) {
    EXPECT_FALSE(ParseActivityThreshold(text)) << text;
  }
}

}  // namespace
}  // namespace tidemark::analysis
