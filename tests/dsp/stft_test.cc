#include "dsp/stft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "dsp/window.h"
#include "memory/arena.h"

namespace tidemark::dsp {
namespace {

constexpr std::size_t kFrame = 256;

struct Bench {
  memory::Arena arena = *memory::Arena::Create(
      memory::ArenaBytes<float>(kFrame) + RealFft::PlanBytes(kFrame) + Stft::PlanBytes(kFrame));
  std::span<float> window = arena.Take<float>(kFrame);
  RealFft fft = *RealFft::Create(kFrame, arena);
  Stft stft{window, kFrame / 2, arena};
  Bench() { FillHann(window); }
};

std::vector<float> Tone(double bin, double amplitude, std::size_t n) {
  std::vector<float> tone(n);
  for (std::size_t i = 0; i < n; ++i) {
    tone[i] = static_cast<float>(
        amplitude * std::cos(2 * std::numbers::pi * bin * static_cast<double>(i) / kFrame));
  }
  return tone;
}

double PowerAt(const StftFrame& frame, std::size_t bin) {
  return static_cast<double>(frame.power_scale * std::norm(frame.bins[bin]));
}

TEST(Stft, ScalesPowerToTheSquaredAmplitudeOfATone) {
  Bench bench;
  EXPECT_EQ(bench.arena.used(), bench.arena.size());
  const std::vector<float> tone = Tone(20, 0.25, kFrame);
  EXPECT_EQ(bench.stft.Append(tone), kFrame);
  ASSERT_TRUE(bench.stft.full());
  EXPECT_NEAR(PowerAt(bench.stft.Transform(bench.fft), 20), 0.0625, 1e-5);
}

TEST(Stft, FramesOverlapByAHopAndSayWhatIsNew) {
  Bench bench;
  const std::vector<float> tone = Tone(20, 1, 2 * kFrame);
  std::span<const float> rest(tone);
  rest = rest.subspan(bench.stft.Append(rest));
  const StftFrame first = bench.stft.Transform(bench.fft);
  EXPECT_FALSE(first.follows);
  EXPECT_EQ(first.n_new, kFrame);
  EXPECT_EQ(bench.stft.Append(rest), kFrame / 2);
  const StftFrame second = bench.stft.Transform(bench.fft);
  EXPECT_TRUE(second.follows);
  EXPECT_EQ(second.n_new, kFrame / 2);
}

TEST(Stft, AShortRestKeepsItsScaleAndLosesItsMean) {
  Bench bench;
  std::vector<float> tone = Tone(32, 0.5, kFrame / 2);
  for (float& x : tone) x += 0.7F;
  bench.stft.Append(tone);
  const StftFrame rest = bench.stft.TransformRest(bench.fft);
  EXPECT_EQ(rest.n_samples, kFrame / 2);
  EXPECT_NEAR(PowerAt(rest, 32), 0.25, 1e-3);
  EXPECT_LT(PowerAt(rest, 0), 1e-6);
  EXPECT_EQ(bench.stft.n_waiting(), 0U);
}

}  // namespace
}  // namespace tidemark::dsp
