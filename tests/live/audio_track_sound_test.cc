// What a track sounds like: conversion of rates, joins without clicks, gaps, clocks that differ.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/live/track_signals.h"

namespace tidemark {
namespace {

using test::MakeTrack;
using test::ReadFrame;
using test::Samples;
using test::View;

std::vector<float> Sine(double hz, int rate_hz, std::size_t n, std::size_t from = 0,
                        double amplitude = 0.5) {
  std::vector<float> samples(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double turns = hz * static_cast<double>(from + i) / rate_hz;
    samples[i] = static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * turns));
  }
  return samples;
}

// The largest second difference: a click stands out in it, a sine of 440 Hz does not.
double Roughness(const Samples& samples) {
  double worst = 0;
  for (std::size_t i = 2; i < samples.size(); ++i) {
    worst = std::max(worst, std::abs(samples[i] - 2.0 * samples[i - 1] + samples[i - 2]));
  }
  return worst;
}

class Listener {
 public:
  explicit Listener(AudioTrack& track) : track_(track) {}
  void Hear(int n_frames) {
    for (int k = 0; k < n_frames; ++k) {
      const Samples frame = ReadFrame(track_).samples;
      heard.insert(heard.end(), frame.begin(), frame.end());
    }
  }
  Samples heard;

 private:
  AudioTrack& track_;
};

TEST(AudioTrackSound, ConvertsRatesWithASinadOver85Decibels) {
  for (const auto& [in_hz, out_hz] : {std::pair{24'000, 48'000}, std::pair{48'000, 24'000},
                                      std::pair{44'100, 48'000}, std::pair{48'000, 44'100}}) {
    auto track = MakeTrack({.sample_rate_hz = out_hz, .type = SampleType::kF32, .fade_ms = 0});
    const auto per_write = static_cast<std::size_t>(in_hz / 50);
    std::vector<double> heard;
    std::vector<float> frame(track->frame_samples());
    for (std::size_t k = 0; k < 40; ++k) {
      const auto sine = Sine(1000, in_hz, per_write, k * per_write);
      ASSERT_TRUE(track->Write(View(sine, in_hz)));
      ASSERT_TRUE(track->Read(std::as_writable_bytes(std::span(frame))));
      if (k >= 4) heard.insert(heard.end(), frame.begin(), frame.end());
    }
    EXPECT_GT(test::Sinad(heard, 1000, out_hz), 85) << in_hz << " to " << out_hz;
  }
}

TEST(AudioTrackSound, CrossfadesWhereAudioWasDropped) {
  for (const double fade_ms : {5.0, 0.0}) {
    auto track = MakeTrack({.buffer_ms = 100, .fade_ms = fade_ms});
    Listener listener(*track);
    std::size_t at = 0;
    for (int burst = 0; burst < 12; ++burst) {
      const auto sine = Sine(440, 48'000, 4321, at);
      at += sine.size() + 37;
      ASSERT_TRUE(track->Write(View(sine)));
      listener.Hear(1);
    }
    EXPECT_GT(track->Stats().dropped_oldest, 0);
    if (fade_ms > 0) {
      EXPECT_LT(Roughness(listener.heard), 400);
    } else {
      EXPECT_GT(Roughness(listener.heard), 1000);  // or the test hears no clicks
    }
  }
}

TEST(AudioTrackSound, FadesToSilenceAndBackWhereAudioRunsOut) {
  auto track = MakeTrack({});
  Listener listener(*track);
  for (int k = 0; k < 8; ++k) {
    ASSERT_TRUE(track->Write(View(Sine(440, 48'000, 1000, 1000 * static_cast<std::size_t>(k)))));
    listener.Hear(2);
  }
  EXPECT_GE(track->Stats().underruns, 7);
  EXPECT_LT(Roughness(listener.heard), 2'000);  // it turns, but does not jump
}

TEST(AudioTrackSound, CrossfadesWhereTheLatencyIsBounded) {
  auto track = MakeTrack({.max_latency_ms = 100});
  Listener listener(*track);
  std::size_t at = 0;
  for (const std::size_t n : {4800, 14'477, 14'477, 14'477}) {
    ASSERT_TRUE(track->Write(View(Sine(440, 48'000, n, at))));
    at += n;
    listener.Hear(2);
  }
  EXPECT_GT(track->Stats().dropped_late, 0);
  EXPECT_LT(Roughness(listener.heard), 400);
}

TEST(AudioTrackSound, ConcealsAGapByTheLastPitchPeriods) {
  auto track = MakeTrack({.conceal = true});
  Listener listener(*track);
  ASSERT_TRUE(track->Write(View(Sine(150, 48'000, 9600))));
  listener.Hear(10 + 4);
  const auto rms = [&](std::size_t from_ms) {
    double sum = 0;
    for (std::size_t i = 0; i < 480; ++i) {
      const double x = listener.heard[48 * from_ms + i];
      sum += x * x;
    }
    return std::sqrt(sum / 480);
  };
  EXPECT_NEAR(rms(200), rms(180), 0.2 * rms(180));  // 10 ms into nothing, as loud as before
  EXPECT_GT(rms(230), 0.3 * rms(180));
  EXPECT_EQ(rms(265), 0);
  EXPECT_LT(Roughness(listener.heard), 400);
}

#ifdef TIDEMARK_SANITIZED
constexpr double kDay_s = 1'800;
constexpr double kSettled_s = 1'200;
#else
constexpr double kDay_s = 86'400;
constexpr double kSettled_s = 3'600;
#endif

TEST(AudioTrackSound, KeepsTheLengthBufferedForADayThoughTheWritersClockIs200PpmFast) {
  auto track = MakeTrack({.sample_rate_hz = 4'000,
                          .buffer_ms = 2'000,
                          .max_input_rate_hz = 4'000,
                          .correct_drift = true,
                          .target_latency_ms = 100});
  const Samples piece(80, 1000);
  Samples frame(80);
  const auto bytes = std::as_writable_bytes(std::span(frame));
  for (int k = 0; k < 5; ++k) ASSERT_TRUE(track->Write(View(piece, 4'000)));
  double next_write_s = 0;
  double worst_ms = 0;
  for (double now_s = 0; now_s < kDay_s; now_s += 0.02) {  // by the reader's clock
    for (; next_write_s <= now_s; next_write_s += 0.02 / (1 + 200e-6)) {
      ASSERT_TRUE(track->Write(View(piece, 4'000)));
    }
    ASSERT_TRUE(track->Read(bytes)->audio);
    if (now_s > kSettled_s) {
      worst_ms = std::max(worst_ms, std::abs(track->Stats().buffered_ms - 100));
    }
  }
  EXPECT_LT(worst_ms, 40);  // two frames
  EXPECT_NEAR(track->Stats().drift_ppm, 200, 20);
  EXPECT_EQ(track->Stats().dropped_oldest, 0);
}

}  // namespace
}  // namespace tidemark
