#include "dsp/resampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace tidemark::dsp {
namespace {

double In(const RateRatio& ratio) {
  return static_cast<double>(ratio.in_num) / static_cast<double>(ratio.in_den);
}

// A second of a sine, in pieces of uneven length.
std::vector<float> Resampled(const RateRatio& ratio, double hz) {
  constexpr std::size_t kMaxIn = 512;
  auto arena = memory::Arena::Create(Resampler::PlanBytes(ratio, kMaxIn));
  Resampler resampler(ratio, kMaxIn, *arena);
  EXPECT_EQ(arena->used(), arena->size());
  std::vector<float> result;
  const auto n_in = static_cast<std::size_t>(In(ratio));
  for (std::size_t at = 0, piece = 1; at < n_in; at += piece, piece = (piece * 7 + 3) % kMaxIn) {
    std::vector<float> in;
    for (std::size_t i = at; i < std::min(at + piece, n_in); ++i) {
      in.push_back(static_cast<float>(
          std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / In(ratio))));
    }
    std::vector<float> out(resampler.MaxOut(in.size()));
    out.resize(resampler.Resample(in, out));
    result.insert(result.end(), out.begin(), out.end());
  }
  return result;
}

TEST(Resampler, KeepsASineInItsPlaceAtAnyRatio) {
  for (const RateRatio ratio :
       {RateRatio{24000, 1, 8000}, RateRatio{22050, 1, 8000}, RateRatio{44100, 2, 8000},
        RateRatio{37801, 2, 8000}, RateRatio{4000, 1, 8000}, RateRatio{8000, 1, 8000}}) {
    const double hz = 0.3 * std::min(In(ratio), 8000.0);
    const std::vector<float> out = Resampled(ratio, hz);
    ASSERT_GT(out.size(), 7900U);
    ASSERT_LE(out.size(), 8000U);
    double worst = 0;
    for (std::size_t m = 200; m < out.size(); ++m) {
      const double wanted = std::sin(2 * std::numbers::pi * hz * static_cast<double>(m) / 8000);
      worst = std::max(worst, std::abs(static_cast<double>(out[m]) - wanted));
    }
    EXPECT_LT(worst, 2e-3) << In(ratio);
  }
}

TEST(Resampler, RemovesWhatWouldFoldOver) {
  const std::vector<float> out = Resampled({24000, 1, 8000}, 4500);
  float worst = 0;
  for (std::size_t m = 200; m < out.size(); ++m) worst = std::max(worst, std::abs(out[m]));
  EXPECT_LT(worst, 1e-3);
}

TEST(Resampler, BeginsAnewAfterAReset) {
  const RateRatio ratio{16000, 1, 8000};
  auto arena = memory::Arena::Create(Resampler::PlanBytes(ratio, 64));
  Resampler resampler(ratio, 64, *arena);
  const std::vector<float> in(64, 1);
  std::vector<float> first(resampler.MaxOut(64));
  first.resize(resampler.Resample(in, first));
  std::vector<float> second(resampler.MaxOut(64));
  resampler.Reset();
  second.resize(resampler.Resample(in, second));
  EXPECT_EQ(first, second);
  EXPECT_FALSE(first.empty());
}

}  // namespace
}  // namespace tidemark::dsp
