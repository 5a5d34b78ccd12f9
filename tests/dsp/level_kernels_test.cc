#include "dsp/level_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "dsp/level_code_kernels.h"

namespace tidemark::dsp {
namespace {

std::vector<float> Ramp(std::size_t n) {
  std::vector<float> x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(std::sin(static_cast<float>(i)) - 0.2F);
  return x;
}

TEST(LevelKernels, FindTheLargestMagnitudeAtEveryLength) {
  EXPECT_EQ(PeakMagnitude({}), 0.0F);
  for (std::size_t n = 1; n < 70; ++n) {
    std::vector<float> x(n, 0.25F);
    x[n - 1] = -0.5F;
    EXPECT_EQ(PeakMagnitude(x), 0.5F) << n;
  }
}

TEST(LevelKernels, SumSquaresOfLongSpansExactlyEnough) {
  const std::vector<float> x = Ramp(100'003);
  double expected = 0;
  for (const float v : x) expected += double{v} * double{v};
  EXPECT_NEAR(SumOfSquares(x), expected, 1e-6 * expected);
}

TEST(LevelKernels, SumEachPieceAroundACentre) {
  const std::vector<float> x = Ramp(600);
  const std::vector<std::size_t> edges{3, 4, 4, 21, 131, 242, 600};
  std::vector<CentredSums> sums(edges.size() - 1);
  SumsAround(0.1F, x, edges, sums);
  for (std::size_t p = 0; p + 1 < edges.size(); ++p) {
    double sum = 0;
    double squares = 0;
    for (std::size_t i = edges[p]; i < edges[p + 1]; ++i) {
      const double d = double{x[i]} - double{0.1F};
      sum += d;
      squares += d * d;
    }
    EXPECT_NEAR(sums[p].sum, sum, 1e-4) << p;
    EXPECT_NEAR(sums[p].sum_of_squares, squares, 1e-4) << p;
  }
}

TEST(LevelKernels, FindTheLargestDistanceFromACentre) {
  EXPECT_EQ(PeakAround(0.5F, {}), 0.0F);
  for (std::size_t n = 1; n < 70; ++n) {
    std::vector<float> x(n, 0.25F);
    x[n - 1] = -0.5F;
    EXPECT_EQ(PeakAround(0.5F, x), 1.0F) << n;
  }
}

TEST(LevelKernels, SumTheSquaresOfTheStepsBetweenNeighbours) {
  const std::vector<float> x = Ramp(221);
  double steps = 0;
  for (std::size_t i = 1; i < x.size(); ++i) {
    steps += std::pow(double{x[i]} - double{x[i - 1]}, 2);
  }
  EXPECT_NEAR(SumOfSquaredSteps(x), steps, 1e-4);
  EXPECT_EQ(SumOfSquaredSteps(std::span(x).first(1)), 0.0F);
  EXPECT_EQ(SumOfSquaredSteps({}), 0.0F);
}

TEST(LevelKernels, CountAndFindExtremesOfCodes) {
  std::vector<std::uint8_t> codes(300, 100);
  codes[17] = 3;
  codes[299] = 200;
  EXPECT_EQ(LowestCode(codes), 3);
  EXPECT_EQ(HighestCode(codes), 200);
  EXPECT_EQ(CountCodes(codes, 3, 100), 299U);
  EXPECT_EQ(CountCodes(codes, 101, 255), 1U);
  EXPECT_EQ(LowestCode({}), 255);
  EXPECT_EQ(HighestCode({}), 0);
}

}  // namespace
}  // namespace tidemark::dsp
