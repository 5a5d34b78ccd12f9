#include "analysis/onset_bands.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/analysis/spectral_run.h"

namespace tidemark::analysis {
namespace {

using Frames = std::vector<OnsetBands::Frame>;

constexpr int kRates[] = {8'000, 11'025, 16'000, 22'050, 24'000, 32'000, 44'100, 48'000, 96'000};

// Bands of a rate with their arena. Creating them checks that the plan is exact.
class BandsRun {
 public:
  explicit BandsRun(int rate_hz)
      : arena_(*memory::Arena::Create(OnsetBands::PlanBytes(rate_hz))),
        bands_(*OnsetBands::Create(rate_hz, arena_)) {
    EXPECT_EQ(arena_.used(), arena_.size());
  }

  void Push(std::span<const float> samples) {
    bands_.Push(samples, [this](const OnsetBands::Frame& frame) { frames.push_back(frame); });
  }
  void PushTail() { Push(std::vector<float>(bands_.n_waiting())); }
  void Reset() { bands_.Reset(); }

  Frames frames;

 private:
  memory::Arena arena_;
  OnsetBands bands_;
};

Frames FramesOf(const std::vector<float>& samples, int rate_hz) {
  BandsRun run(rate_hz);
  run.Push(samples);
  run.PushTail();
  return run.frames;
}

float Sum(const OnsetBands::Frame& frame) {
  float sum = 0;
  for (const float rise : frame) sum += rise;
  return sum;
}

std::vector<float> WhiteNoise(std::size_t n, double deviation, std::uint32_t seed) {
  std::vector<float> samples(n);
  AddNoise(samples, deviation, seed);
  return samples;
}

// Single samples that stand out, at whole seconds.
std::vector<float> ClickEachSecond(int rate_hz, int n_seconds) {
  auto samples = WhiteNoise(static_cast<std::size_t>(rate_hz * n_seconds), 1e-4, 1);
  for (int i = 1; i < n_seconds; ++i) samples[static_cast<std::size_t>(i * rate_hz)] = 0.5F;
  return samples;
}

// Of those outputs whose bands all lie below half of the rate.
std::size_t NumHeard(int rate_hz) {
  const double top = std::min<double>(OnsetBands::kHighestHz, rate_hz / 2.0);
  // The bands are 33 below 1 kHz and twelve in an octave above it.
  const double n_bands = 31 + 12 * std::log2(top / 1000);
  return static_cast<std::size_t>(n_bands) / OnsetBands::kGroup;
}

TEST(OnsetBands, MakeAHundredFramesASecondWhateverTheRate) {
  for (const int rate_hz : kRates) {
    const auto n = static_cast<std::size_t>(3 * rate_hz);
    // Those centred on samples 0 to n, both included.
    EXPECT_EQ(FramesOf(WhiteNoise(n, 0.1, 2), rate_hz).size(), 301U) << rate_hz;
    EXPECT_EQ(FramesOf({}, rate_hz).size(), 1U) << rate_hz;
  }
}

TEST(OnsetBands, TakeAWindowOf46Milliseconds) {
  for (const int rate_hz : kRates) {
    const std::size_t window = OnsetBands::WindowFrames(rate_hz);
    EXPECT_EQ(window % 2, 0U);
    EXPECT_NEAR(static_cast<double>(window) / rate_hz, 1024 / 22050.0, 0.0015) << rate_hz;
  }
}

TEST(OnsetBands, CompleteAFrameOnceHalfAWindowFollowsItsCentre) {
  BandsRun run(44'100);
  const std::size_t half = OnsetBands::WindowFrames(44'100) / 2;
  run.Push(std::vector<float>(half - 1));
  EXPECT_EQ(run.frames.size(), 0U);
  run.Push(std::vector<float>(1));
  EXPECT_EQ(run.frames.size(), 1U);
  run.Push(std::vector<float>(440));
  EXPECT_EQ(run.frames.size(), 1U);
  run.Push(std::vector<float>(1));
  EXPECT_EQ(run.frames.size(), 2U);
}

TEST(OnsetBands, StayInStepWithTheClockWhereAHopIsNoWholeNumber) {
  // 110.25 samples: an error of a quarter of a sample a frame would be 250 ms here.
  constexpr int kSeconds = 100;
  const Frames frames = FramesOf(ClickEachSecond(11'025, kSeconds), 11'025);
  ASSERT_EQ(frames.size(), 100U * kSeconds + 1);
  const auto last = frames.end() - 150;
  const auto loudest = std::ranges::max_element(last, frames.end(), {}, Sum);
  EXPECT_NEAR(static_cast<double>(loudest - frames.begin()), 100.0 * (kSeconds - 1), 1);
}

TEST(OnsetBands, RiseInAllBandsAtAClick) {
  for (const int rate_hz : kRates) {
    const Frames frames = FramesOf(ClickEachSecond(rate_hz, 4), rate_hz);
    for (const std::size_t click : {200U, 300U}) {
      for (std::size_t i = 0; i < NumHeard(rate_hz); ++i) {
        const auto output = [i](const OnsetBands::Frame& frame) { return frame[i]; };
        const auto from = frames.begin() + static_cast<std::ptrdiff_t>(click) - 40;
        const auto most = std::ranges::max_element(from, from + 80, {}, output);
        EXPECT_NEAR(static_cast<double>(most - frames.begin()), static_cast<double>(click), 1)
            << rate_hz << " Hz, output " << i;
        EXPECT_GT((*most)[i], 3) << rate_hz << " Hz, output " << i;
        // The noise between the clicks is 70 dB below their level.
        EXPECT_LT(frames[click - 20][i], 0.5F);
        EXPECT_LT(frames[click + 20][i], 0.5F);
      }
    }
  }
}

TEST(OnsetBands, AreQuietAboveHalfOfTheRate) {
  for (const OnsetBands::Frame& frame : FramesOf(ClickEachSecond(8'000, 3), 8'000)) {
    EXPECT_EQ(frame.back(), 0.0F);
  }
}

TEST(OnsetBands, DoNotRiseInASteadyTone) {
  for (const double hz : {55.0, 220.0, 440.0, 3'000.0}) {
    const Frames frames = FramesOf(Sampled(44'100, 3, Tone(hz, 0.3)), 44'100);
    // The window holds two and a half turns of the lowest: its magnitude wavers.
    const float most = hz < 100 ? 0.15F : 0.05F;
    for (std::size_t k = 8; k + 8 < frames.size(); ++k) {
      ASSERT_LT(Sum(frames[k]), most) << hz << " Hz, frame " << k;
    }
  }
}

TEST(OnsetBands, HardlyRiseInAVibrato) {
  constexpr double kTurn = 2 * std::numbers::pi;
  // Half a semitone up and down, six times a second, from one second on.
  auto vibrato = Sampled(44'100, 4, [](double t) {
    const double hz_turns = 880 * t + 880 * 0.029 / (kTurn * 6) * std::sin(kTurn * 6 * t);
    return t < 1 ? 0 : 0.3 * std::sin(kTurn * hz_turns);
  });
  AddNoise(vibrato, 1e-4, 7);
  const Frames frames = FramesOf(vibrato, 44'100);
  float attack = 0;
  for (std::size_t k = 97; k < 104; ++k) attack = std::max(attack, Sum(frames[k]));
  EXPECT_GT(attack, 3);
  for (std::size_t k = 108; k < 390; ++k) {
    ASSERT_LT(Sum(frames[k]), 0.25F * attack) << "frame " << k;
  }
}

TEST(OnsetBands, AreTheSameWhateverTheSizesOfThePieces) {
  for (const int rate_hz : {8'000, 44'100}) {
    const auto samples = WhiteNoise(static_cast<std::size_t>(2 * rate_hz), 0.1, 3);
    const Frames whole = FramesOf(samples, rate_hz);
    for (const std::size_t size : {1U, 7U, 441U, 1024U, 5000U}) {
      BandsRun run(rate_hz);
      for (std::size_t at = 0; at < samples.size(); at += size) {
        run.Push(std::span(samples).subspan(at, std::min(size, samples.size() - at)));
      }
      run.PushTail();
      EXPECT_EQ(run.frames, whole) << rate_hz << " Hz, pieces of " << size;
    }
  }
}

TEST(OnsetBands, AreTheSameAtAnyLevel) {
  // Loud enough at once that the level it is measured against is its own.
  auto samples = WhiteNoise(88'200, 0.1, 4);
  for (std::size_t i = 0; i < 4'410; ++i) samples[i] *= 8;
  const Frames expected = FramesOf(samples, 44'100);
  for (const int power : {-6, -3, 2}) {
    auto scaled = samples;
    for (float& x : scaled) x = std::ldexp(x, power);
    const Frames found = FramesOf(scaled, 44'100);
    // Those before the first window was full are measured against a level that is given.
    EXPECT_TRUE(std::equal(found.begin() + 6, found.end(), expected.begin() + 6, expected.end()))
        << "by 2^" << power;
  }
}

TEST(OnsetBands, SayWhatIsSilent) {
  auto samples = WhiteNoise(3 * 8'000, 0.1, 8);
  for (std::size_t i = 8'000; i < 16'000; ++i) samples[i] *= 1e-5F;
  memory::Arena arena = *memory::Arena::Create(OnsetBands::PlanBytes(8'000));
  OnsetBands bands = *OnsetBands::Create(8'000, arena);
  std::vector<bool> silent;
  bands.Push(samples, [&](const OnsetBands::Frame&) { silent.push_back(bands.silent()); });
  for (std::size_t k = 0; k < silent.size(); ++k) {
    if (k % 100 < 3 || k % 100 > 97) continue;  // the window reaches over the change
    EXPECT_EQ(silent[k], k / 100 == 1) << "frame " << k;
  }
}

TEST(OnsetBands, ForgetTheLevelOfWhatWasLoud) {
  // The same clicks after a loud start are as good as clear once it is a minute past.
  auto samples = ClickEachSecond(8'000, 80);
  for (std::size_t i = 40'000; i < samples.size(); ++i) samples[i] *= 0.03F;
  const Frames frames = FramesOf(samples, 8'000);
  EXPECT_GT(*std::ranges::max_element(frames[7'000 - 1]), 2.5F);
}

TEST(OnsetBands, AreNoughtInSilence) {
  for (const int rate_hz : kRates) {
    const auto n = static_cast<std::size_t>(rate_hz);
    for (const OnsetBands::Frame& frame : FramesOf(std::vector<float>(n), rate_hz)) {
      for (const float rise : frame) EXPECT_EQ(rise, 0.0F);
    }
  }
}

TEST(OnsetBands, AreFiniteForFullScaleAndForDither) {
  for (const double level : {1.0, 1.0 / 32768, 1e-30}) {
    for (const OnsetBands::Frame& frame : FramesOf(WhiteNoise(44'100, level, 5), 44'100)) {
      for (const float rise : frame) {
        EXPECT_TRUE(std::isfinite(rise)) << level;
        EXPECT_GE(rise, 0.0F);
      }
    }
  }
}

TEST(OnsetBands, StartAnewAfterReset) {
  const auto samples = WhiteNoise(44'100, 0.1, 6);
  BandsRun run(44'100);
  run.Push(ClickEachSecond(44'100, 3));
  run.Reset();
  run.frames.clear();
  run.Push(samples);
  run.PushTail();
  EXPECT_EQ(run.frames, FramesOf(samples, 44'100));
}

}  // namespace
}  // namespace tidemark::analysis
