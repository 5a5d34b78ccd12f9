#include "dsp/rate_converter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <thread>
#include <vector>

#include "memory/heap.h"
#include "tests/dsp/tone.h"

namespace tidemark::dsp {
namespace {

using testing::FitTone;
using testing::Tone;
using testing::ToneFit;
using Planes = std::vector<std::vector<float>>;

struct Pair {
  int in_hz;
  int out_hz;
};
constexpr Pair kPairs[] = {{24'000, 48'000}, {48'000, 24'000}, {44'100, 48'000},  {48'000, 44'100},
                           {8'000, 48'000},  {16'000, 48'000}, {48'000, 8'000},   {22'050, 44'100},
                           {96'000, 48'000}, {48'000, 48'000}, {192'000, 11'025}, {4'000, 768'000},
                           {768'000, 4'000}, {48'001, 48'000}, {47'999, 48'000}};

// A converter and the arena that it fills.
struct Fixture {
  Fixture(int max_in_hz, int out_hz, std::size_t n_channels)
      : arena(
            memory::Arena::Create(RateConverter::PlanBytes(max_in_hz, out_hz, n_channels)).value()),
        converter(max_in_hz, out_hz, n_channels, arena),
        channels(n_channels) {
    EXPECT_EQ(arena.used(), arena.size());
  }

  // Appends what comes of frames begin to end of `in` in one piece.
  void Convert(const Planes& in, std::size_t begin, std::size_t end, Planes& out) {
    std::vector<const float*> from;
    for (const auto& plane : in) from.push_back(plane.data() + begin);
    Append(out, converter.MaxOut(end - begin),
           [&](float* const* to) { return converter.Convert(from.data(), end - begin, to); });
  }
  void Finish(Planes& out) {
    Append(out, converter.MaxFinish(), [&](float* const* to) { return converter.Finish(to); });
  }
  // All of `in`, in pieces of these lengths in turn.
  Planes Run(const Planes& in, const std::vector<std::size_t>& pieces) {
    Planes out(channels);
    std::size_t k = 0;
    for (std::size_t at = 0; at < in[0].size(); ++k) {
      const std::size_t n = std::min(pieces[k % pieces.size()], in[0].size() - at);
      Convert(in, at, at + n, out);
      at += n;
    }
    Finish(out);
    return out;
  }

  memory::Arena arena;
  RateConverter converter;
  std::size_t channels;

 private:
  // Outputs have no more room than was asked for, so that a sanitizer sees what is beyond.
  template <typename Fill>
  void Append(Planes& out, std::size_t most, const Fill& fill) {
    Planes made(channels, std::vector<float>(most));
    std::vector<float*> to;
    for (auto& plane : made) to.push_back(plane.data());
    const std::size_t n = fill(to.data());
    ASSERT_LE(n, most);
    for (std::size_t c = 0; c < channels; ++c) {
      out[c].insert(out[c].end(), made[c].begin(), made[c].begin() + static_cast<long>(n));
    }
  }
};

const std::vector<std::size_t> kOddPieces = {1, 255, 7, 113, 0, 64, 31, 2};

std::vector<float> Converted(const std::vector<float>& in, const Pair& pair) {
  return Fixture(pair.in_hz, pair.out_hz, 1).Run({in}, kOddPieces)[0];
}

// Without the ends, where there is silence before and after the signal.
std::span<const float> Middle(const std::vector<float>& signal, const Pair& pair) {
  const std::size_t edge = 80 * static_cast<std::size_t>(std::max(1, pair.out_hz / pair.in_hz));
  return std::span(signal).subspan(edge, signal.size() - 2 * edge);
}

ToneFit FitConverted(double hz, const Pair& pair, std::size_t n_in) {
  const std::vector<float> out = Converted(Tone(hz, pair.in_hz, n_in), pair);
  const std::span<const float> middle = Middle(out, pair);
  return FitTone(middle, hz, pair.out_hz, static_cast<double>(middle.data() - out.data()));
}

std::size_t InputFrames(const Pair& pair) {
  const int low = std::min(pair.in_hz, pair.out_hz);
  return static_cast<std::size_t>(1200.0 * pair.in_hz / low);
}

std::vector<float> Noise(std::size_t n, std::uint32_t seed) {
  std::vector<float> noise(n);
  for (float& x : noise) {
    seed = seed * 1'664'525 + 1'013'904'223;
    x = static_cast<float>(static_cast<std::int32_t>(seed)) * 0x1p-31F;
  }
  return noise;
}

TEST(RateConverter, KeepsTonesCleanAtEveryPairOfRates) {
  for (const Pair& pair : kPairs) {
    const double low = std::min(pair.in_hz, pair.out_hz);
    for (const double hz : {std::min(1000.0, 0.1 * low), 0.23 * low, 0.4 * low}) {
      const ToneFit fit = FitConverted(hz, pair, InputFrames(pair));
      EXPECT_GT(fit.sinad_db, 100) << pair.in_hz << " to " << pair.out_hz << ", " << hz << " Hz";
    }
  }
}

TEST(RateConverter, IsFlatAndInTimeTo42PercentOfTheLowerRate) {
  for (const Pair& pair : kPairs) {
    for (const double part : {0.01, 0.2, 0.3, 0.35, 0.38, 0.4, 0.41, 0.42}) {
      const double hz = part * std::min(pair.in_hz, pair.out_hz);
      const ToneFit fit = FitConverted(hz, pair, InputFrames(pair));
      EXPECT_NEAR(20 * std::log10(fit.amplitude() / 0.5), 0, 0.1)
          << pair.in_hz << " to " << pair.out_hz << ", " << part;
      EXPECT_NEAR(std::atan2(fit.cosine, fit.sine), 0, 1e-5);
    }
  }
}

TEST(RateConverter, RemovesWhatWouldFoldOver) {
  for (const Pair& pair : {Pair{48'000, 8'000}, Pair{96'000, 48'000}, Pair{48'000, 24'000},
                           Pair{48'000, 44'100}, Pair{192'000, 11'025}}) {
    for (double hz = 0.505 * pair.out_hz; hz < 0.5 * pair.in_hz; hz += 0.0371 * pair.out_hz) {
      const std::vector<float> out = Converted(Tone(hz, pair.in_hz, InputFrames(pair)), pair);
      EXPECT_LT(10 * std::log10(testing::Power(Middle(out, pair)) / 0.125), -90)
          << pair.in_hz << " to " << pair.out_hz << ", " << hz << " Hz";
    }
  }
}

TEST(RateConverter, MakesTheSameBitsOfPiecesOfAnySize) {
  for (const Pair& pair : kPairs) {
    const Planes in = {Noise(3000, 1), Noise(3000, 2), Noise(3000, 3)};
    const Planes whole =
        Fixture(pair.in_hz, pair.out_hz, 3).Run(in, {RateConverter::kMaxPieceFrames});
    EXPECT_EQ(Fixture(pair.in_hz, pair.out_hz, 3).Run(in, kOddPieces), whole);
    EXPECT_EQ(Fixture(pair.in_hz, pair.out_hz, 3).Run(in, {1}), whole);
    EXPECT_EQ(Fixture(pair.in_hz, pair.out_hz, 1).Run({in[1]}, {97})[0], whole[1])
        << "alone a channel sounds as in company";
  }
}

TEST(RateConverter, GivesTheLengthOfTheSignalAtTheNewRateRoundedUp) {
  for (const Pair& pair : kPairs) {
    Fixture fixture(pair.in_hz, pair.out_hz, 1);
    for (const std::size_t n : {0, 1, 2, 31, 32, 33, 160, 441, 640, 882, 1000, 7350}) {
      const auto in_hz = static_cast<std::size_t>(pair.in_hz);
      const std::size_t wanted = (n * static_cast<std::size_t>(pair.out_hz) + in_hz - 1) / in_hz;
      EXPECT_EQ(fixture.Run({Noise(n, 1)}, kOddPieces)[0].size(), wanted)
          << n << " from " << pair.in_hz << " to " << pair.out_hz;
    }
  }
}

TEST(RateConverter, LosesNoSampleInTwoMinutes) {
  for (const Pair& pair : {Pair{44'100, 48'000}, Pair{48'000, 44'100}, Pair{11'025, 8'000}}) {
    Fixture fixture(pair.in_hz, pair.out_hz, 1);
    const std::vector<float> silence(RateConverter::kMaxPieceFrames);
    std::vector<float> out(
        std::max(fixture.converter.MaxOut(silence.size()), fixture.converter.MaxFinish()));
    const float* const from = silence.data();
    float* const to = out.data();
    std::size_t n_out = 0;
    for (std::size_t n_left = 120 * static_cast<std::size_t>(pair.in_hz); n_left > 0;) {
      const std::size_t n = std::min(n_left, silence.size());
      n_out += fixture.converter.Convert(&from, n, &to);
      n_left -= n;
    }
    n_out += fixture.converter.Finish(&to);
    EXPECT_EQ(n_out, 120 * static_cast<std::size_t>(pair.out_hz));
  }
}

TEST(RateConverter, ForgetsThePastAtStartAndFinish) {
  for (const Pair& pair : kPairs) {
    const Planes in = {Noise(1500, 5)};
    const Planes wanted = Fixture(pair.in_hz, pair.out_hz, 1).Run(in, kOddPieces);
    Fixture used(768'000, pair.out_hz, 1);
    used.converter.Start(pair.in_hz == 48'000 ? 44'100 : 48'000);
    Planes other(1);
    used.Convert({Noise(256, 9)}, 0, 256, other);
    used.converter.Adjust(-700);
    used.converter.Start(pair.in_hz);
    EXPECT_EQ(used.Run(in, kOddPieces), wanted) << "after Start";
    EXPECT_EQ(used.Run(in, kOddPieces), wanted) << "after Finish";
  }
}

TEST(RateConverter, ShiftsATonesPitchByTheAdjustment) {
  for (const Pair& pair : {Pair{48'000, 48'000}, Pair{44'100, 48'000}, Pair{24'000, 48'000},
                           Pair{48'000, 24'000}, Pair{48'000, 44'100}, Pair{48'001, 48'000}}) {
    for (const double ppm : {200.0, -200.0, 2000.0, -2000.0}) {
      Fixture fixture(pair.in_hz, pair.out_hz, 1);
      fixture.converter.Adjust(ppm);
      const std::vector<float> out = fixture.Run(
          {Tone(1000, pair.in_hz, static_cast<std::size_t>(pair.in_hz))}, kOddPieces)[0];
      const double hz = 1000 * (1 + ppm * 1e-6);
      // Without the slide to the new rate too.
      const std::span<const float> middle = Middle(out, pair).subspan(500);
      EXPECT_GT(FitTone(middle, hz, pair.out_hz).sinad_db, 100) << pair.in_hz << ", " << ppm;
      EXPECT_LT(FitTone(middle, 1000, pair.out_hz).sinad_db, 20) << "the pitch has moved";
      EXPECT_NEAR(static_cast<double>(out.size()), pair.out_hz / (1 + ppm * 1e-6), 1.3);
    }
  }
}

// Where the pitch changes the slope may turn, but there is no step: a second difference of a tone
// is at most (2 pi f / rate)^2 of its amplitude, and the turn at most 4000 ppm of its steepest
// slope.
TEST(RateConverter, AdjustsWithoutAStep) {
  for (const Pair& pair : {Pair{48'000, 48'000}, Pair{44'100, 48'000}, Pair{48'000, 44'100}}) {
    Fixture fixture(pair.in_hz, pair.out_hz, 1);
    const Planes in = {Tone(200, pair.in_hz, 48'000)};
    Planes out(1);
    for (std::size_t at = 0, k = 0; at + 150 <= 48'000; at += 150, ++k) {
      fixture.converter.Adjust(k % 2 == 0 ? 2000 : -2000);
      fixture.Convert(in, at, at + 150, out);
    }
    const double bend = std::pow(2 * std::numbers::pi * 200 / pair.out_hz, 2);
    double worst = 0;
    for (std::size_t i = 200; i + 1 < out[0].size(); ++i) {
      worst = std::max(
          worst, std::abs(static_cast<double>(out[0][i - 1]) - 2 * static_cast<double>(out[0][i]) +
                          static_cast<double>(out[0][i + 1])));
    }
    const double turn = 0.004 * std::sqrt(bend);
    EXPECT_LT(worst, 0.5 * (bend + turn) * 1.05) << pair.in_hz << " to " << pair.out_hz;
  }
}

TEST(RateConverter, StatesAFewKilobytesAndAllocatesNothingAfterwards) {
  EXPECT_LE(RateConverter::PlanBytes(192'000, 48'000, 1), 5U * 1024);
  const Pair pair{192'000, 48'000};
  Fixture fixture(pair.in_hz, pair.out_hz, 1);
  const std::vector<float> in = Noise(RateConverter::kMaxPieceFrames, 1);
  std::vector<float> out(16 * RateConverter::kMaxPieceFrames);
  const float* const from = in.data();
  float* const to = out.data();
  const std::uint64_t before = memory::ReadHeap().allocations;
  for (int i = 0; i < 100; ++i) {
    fixture.converter.Start(i % 2 == 0 ? 192'000 : 22'050);
    fixture.converter.Adjust(i);
    fixture.converter.Convert(&from, in.size(), &to);
    fixture.converter.Finish(&to);
  }
  EXPECT_EQ(memory::ReadHeap().allocations, before);
}

TEST(RateConverter, IsMadeOnManyThreadsAtOnce) {
  const Planes in = {Noise(1000, 4)};
  std::vector<Planes> out(8);
  std::vector<std::thread> threads;
  for (Planes& made : out) {
    threads.emplace_back([&] { made = Fixture(44'100, 48'000, 1).Run(in, kOddPieces); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Planes& made : out) EXPECT_EQ(made, out[0]);
}

}  // namespace
}  // namespace tidemark::dsp
