#include "dsp/half_band.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "memory/arena.h"

namespace tidemark::dsp {
namespace {

constexpr std::size_t kPiece = 256;

// What the filter makes of `in`, pushed in pieces of `piece`.
std::vector<float> Halve(const std::vector<float>& in, std::size_t piece) {
  auto arena = memory::Arena::Create(HalfBand::PlanBytes(kPiece));
  HalfBand filter(kPiece, *arena);
  EXPECT_EQ(arena->used(), arena->size());
  std::vector<float> out(in.size() / 2);
  for (std::size_t at = 0; at < in.size(); at += piece) {
    filter.Halve(std::span(in).subspan(at, piece), std::span(out).subspan(at / 2, piece / 2));
  }
  return out;
}

// The amplitude of a tone at `part` of the input rate after halving.
double GainAt(double part) {
  std::vector<float> in(4096);
  for (std::size_t i = 0; i < in.size(); ++i) {
    in[i] = static_cast<float>(std::cos(2 * std::numbers::pi * part * static_cast<double>(i)));
  }
  const std::vector<float> out = Halve(in, kPiece);
  double sum = 0;
  for (std::size_t i = 64; i < out.size(); ++i) sum += std::pow(static_cast<double>(out[i]), 2);
  return std::sqrt(2 * sum / static_cast<double>(out.size() - 64));
}

TEST(HalfBand, PassesItsBandAndStopsWhatWouldFoldIntoIt) {
  for (const double part : {16.0 / 3968, 0.05, 0.1, 0.15, 0.175}) {
    EXPECT_NEAR(GainAt(part), 1, 2e-3) << part;
  }
  EXPECT_NEAR(GainAt(0.2377), 0.64, 0.1);
  for (const double part : {0.325, 0.36, 0.42, 0.47}) {
    EXPECT_LT(GainAt(part), 1.2e-4) << part;
  }
}

TEST(HalfBand, DoesNotDependOnTheSizeOfThePieces) {
  std::vector<float> in(1024);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<float>((i * 7919) % 101) - 50;
  const std::vector<float> whole = Halve(in, 256);
  const std::vector<float> small = Halve(in, 2);
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(whole[i], small[i], 1e-4F) << i;
}

}  // namespace
}  // namespace tidemark::dsp
