// What the tests of tracks write and read.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numbers>
#include <span>
#include <vector>

#include "tidemark/audio_track.h"

namespace tidemark::test {

using Samples = std::vector<std::int16_t>;

inline std::unique_ptr<AudioTrack> MakeTrack(const TrackOptions& options) {
  auto track = AudioTrack::Create(options);
  EXPECT_TRUE(track) << track.error().message;
  return track ? std::move(*track) : nullptr;
}

inline PcmView View(const Samples& samples, int rate_hz = 48'000, int channels = 1) {
  return {.data = samples.data(),
          .n_samples = samples.size() / static_cast<std::size_t>(channels),
          .sample_rate_hz = rate_hz,
          .channels = channels};
}

inline PcmView View(const std::vector<float>& samples, int rate_hz = 48'000, int channels = 1) {
  return {.data = samples.data(),
          .n_samples = samples.size() / static_cast<std::size_t>(channels),
          .sample_rate_hz = rate_hz,
          .channels = channels,
          .type = SampleType::kF32};
}

struct Frame {
  Samples samples;
  FrameInfo info;
};

// REQUIRES: a track of 16 bits.
inline Frame ReadFrame(AudioTrack& track) {
  Frame frame;
  frame.samples.resize(track.frame_bytes() / 2);
  const auto info = track.Read(std::as_writable_bytes(std::span(frame.samples)));
  EXPECT_TRUE(info) << info.error().message;
  if (info) frame.info = *info;
  return frame;
}

// Signal to noise and distortion in dB of what is not A sin + B cos at `hz`.
inline double Sinad(std::span<const double> x, double hz, double rate_hz) {
  double ss = 0, cc = 0, sc = 0, xs = 0, xc = 0;
  const double step = 2 * std::numbers::pi * hz / rate_hz;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double s = std::sin(step * static_cast<double>(i));
    const double c = std::cos(step * static_cast<double>(i));
    ss += s * s, cc += c * c, sc += s * c, xs += x[i] * s, xc += x[i] * c;
  }
  const double det = ss * cc - sc * sc;
  const double a = (xs * cc - xc * sc) / det;
  const double b = (xc * ss - xs * sc) / det;
  double signal = 0, rest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double fit =
        a * std::sin(step * static_cast<double>(i)) + b * std::cos(step * static_cast<double>(i));
    signal += fit * fit;
    rest += (x[i] - fit) * (x[i] - fit);
  }
  return 10 * std::log10(signal / rest);
}

}  // namespace tidemark::test
