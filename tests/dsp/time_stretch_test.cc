#include "dsp/time_stretch.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace tidemark::dsp {
namespace {

constexpr StreamFormat kStereo = {.sample_rate_hz = 44'100, .channels = 2};

// `n_frames` of a sine on both channels, played at `speed`; the left channel of what comes out.
std::vector<float> Play(double speed, TimeStretch::Pitch pitch, double hz, std::size_t n_frames) {
  auto stretch = TimeStretch::Create(kStereo, speed, pitch);
  std::vector<float> out;
  std::array<float, kBlockFrames> left{};
  std::array<float, kBlockFrames> right{};
  const std::array<float*, 2> planes = {left.data(), right.data()};
  const AudioBlock block(planes, kBlockFrames);
  const auto pull = [&] {
    while (const std::size_t n = (*stretch)->Pull(block)) {
      out.insert(out.end(), left.begin(), left.begin() + static_cast<std::ptrdiff_t>(n));
    }
  };
  for (std::size_t at = 0; at < n_frames; at += kBlockFrames) {
    for (std::size_t i = 0; i < kBlockFrames; ++i) {
      const double t = static_cast<double>(at + i) / kStereo.sample_rate_hz;
      left[i] = right[i] = static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * hz * t));
    }
    (*stretch)->Push(block.First(std::min(kBlockFrames, n_frames - at)));
    pull();
  }
  (*stretch)->Flush();
  pull();
  return out;
}

double FrequencyHz(const std::vector<float>& samples) {
  std::size_t crossings = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    crossings += samples[i - 1] < 0 && samples[i] >= 0 ? 1 : 0;
  }
  return static_cast<double>(crossings) * kStereo.sample_rate_hz /
         static_cast<double>(samples.size());
}

TEST(TimeStretch, KeepsThePitchOrMovesIt) {
  constexpr std::size_t kFrames = 441'000;
  for (const double speed : {0.5, 1.25, 2.0, 4.0}) {
    const auto kept = Play(speed, TimeStretch::Pitch::kKept, 440, kFrames);
    const auto moved = Play(speed, TimeStretch::Pitch::kMoved, 440, kFrames);
    EXPECT_NEAR(static_cast<double>(kept.size()) * speed / kFrames, 1, 0.01) << speed;
    EXPECT_NEAR(static_cast<double>(moved.size()) * speed / kFrames, 1, 0.01) << speed;
    EXPECT_NEAR(FrequencyHz(kept) / 440, 1, 0.02) << speed;
    EXPECT_NEAR(FrequencyHz(moved) / (440 * speed), 1, 0.02) << speed;
  }
}

TEST(TimeStretch, RefusesWhatItCannotPlay) {
  EXPECT_FALSE(TimeStretch::Create(kStereo, 0.01, TimeStretch::Pitch::kKept));
  EXPECT_FALSE(TimeStretch::Create(kStereo, 101, TimeStretch::Pitch::kKept));
  EXPECT_FALSE(TimeStretch::Create({.sample_rate_hz = 48'000, .channels = 17}, 2,
                                   TimeStretch::Pitch::kKept));
}

}  // namespace
}  // namespace tidemark::dsp
