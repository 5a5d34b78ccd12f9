#include "analysis/downmix.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "memory/arena.h"

namespace tidemark::analysis {
namespace {

using Channels = std::vector<std::vector<float>>;

std::vector<float> Mix(Channels channels) {
  const std::size_t n = channels[0].size();
  auto arena = memory::Arena::Create(Downmix::PlanBytes(channels.size()));
  Downmix downmix(channels.size(), *arena);
  EXPECT_EQ(arena->used(), arena->size());
  std::vector<float> mono(n);
  std::vector<float*> planes(channels.size());
  for (std::size_t at = 0; at < n; at += kBlockFrames) {
    const std::size_t size = std::min(kBlockFrames, n - at);
    for (std::size_t c = 0; c < channels.size(); ++c) planes[c] = channels[c].data() + at;
    downmix.Mix(AudioBlock(planes, size), std::span(mono).subspan(at, size));
  }
  return mono;
}

std::vector<float> Wave(std::size_t n, double step, double amplitude) {
  std::vector<float> wave(n);
  for (std::size_t i = 0; i < n; ++i) {
    wave[i] = static_cast<float>(amplitude * std::sin(step * static_cast<double>(i)));
  }
  return wave;
}

TEST(Downmix, IsTheMeanOfChannelsInPhase) {
  const std::vector<float> wave = Wave(3000, 0.1, 0.5);
  const std::vector<float> mono = Mix({wave, wave, wave});
  for (std::size_t i = 0; i < wave.size(); ++i) ASSERT_NEAR(mono[i], wave[i], 1e-6F);
}

TEST(Downmix, KeepsTheSoundOfAnInvertedChannelFromTheFirstSample) {
  const std::vector<float> wave = Wave(3000, 0.1, 0.5);
  std::vector<float> inverted = wave;
  for (float& x : inverted) x = -x;
  const std::vector<float> mono = Mix({wave, inverted});
  for (std::size_t i = 0; i < wave.size(); ++i) ASSERT_NEAR(mono[i], wave[i], 1e-6F);
}

TEST(Downmix, LooksPastASilentFirstChannel) {
  const std::vector<float> wave = Wave(3000, 0.1, 0.5);
  std::vector<float> inverted = wave;
  for (float& x : inverted) x = -x;
  const std::vector<float> mono = Mix({std::vector<float>(3000), wave, inverted});
  for (std::size_t i = 0; i < wave.size(); ++i) ASSERT_NEAR(mono[i], wave[i] * 2 / 3, 1e-6F);
}

TEST(Downmix, TurnsASignWithoutAClickWhereThePolarityChanges) {
  const std::size_t n = 64 * kBlockFrames;
  // Whole periods in a block: the polarity turns where the wave is zero.
  const double step = 4 * std::numbers::pi / kBlockFrames;
  const std::vector<float> wave = Wave(n, step, 0.5);
  std::vector<float> other = wave;
  for (std::size_t i = n / 2; i < n; ++i) other[i] = -other[i];
  const std::vector<float> mono = Mix({wave, other});
  for (std::size_t i = n - 4 * kBlockFrames; i < n; ++i) ASSERT_NEAR(mono[i], wave[i], 1e-6F);
  for (std::size_t i = 1; i < n; ++i) {
    ASSERT_LT(std::abs(mono[i] - mono[i - 1]), 0.01F) << i;
  }
}

TEST(Downmix, LeavesUnrelatedChannelsAlone) {
  const std::vector<float> one = Wave(8192, 0.1, 0.5);
  const std::vector<float> two = Wave(8192, 0.237, 0.5);
  const std::vector<float> mono = Mix({one, two});
  for (std::size_t i = 0; i < one.size(); ++i) {
    ASSERT_NEAR(mono[i], 0.5F * (one[i] + two[i]), 1e-6F);
  }
}

}  // namespace
}  // namespace tidemark::analysis
