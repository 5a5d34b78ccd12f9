#include "live/pace.h"

#include <gtest/gtest.h>

namespace tidemark::live {
namespace {

constexpr std::int64_t kMs = 1'000'000;

TEST(Pace, HasTheFirstFrameDueAtOnceAndEachOtherOneAFrameLater) {
  Pace pace(48'000, 960);
  EXPECT_EQ(pace.Due(0, 5 * kMs), 5 * kMs);
  EXPECT_EQ(pace.Due(960, 6 * kMs), 25 * kMs);
  EXPECT_EQ(pace.Due(1920, 30 * kMs), 45 * kMs);
}

TEST(Pace, CatchesUpWithSmallDelays) {
  Pace pace(48'000, 960);
  pace.Due(0, 0);
  EXPECT_EQ(pace.Due(960, 39 * kMs), 20 * kMs);
  EXPECT_EQ(pace.Due(1920, 39 * kMs), 40 * kMs);
  EXPECT_EQ(pace.n_reanchors(), 0);
}

TEST(Pace, BeginsAnewAfterAStallInsteadOfABurst) {
  Pace pace(48'000, 960);
  pace.Due(0, 0);
  EXPECT_EQ(pace.Due(960, 500 * kMs), 500 * kMs);
  EXPECT_EQ(pace.Due(1920, 500 * kMs), 520 * kMs);
  EXPECT_EQ(pace.n_reanchors(), 1);
}

TEST(Pace, IsExactAfterAYear) {
  Pace pace(44'100, 882);
  pace.Due(0, 0);
  constexpr std::int64_t kYear_s = 365 * 86'400;
  EXPECT_EQ(pace.Due(44'100 * kYear_s, 1000 * kMs * kYear_s), 1000 * kMs * kYear_s);
}

}  // namespace
}  // namespace tidemark::live
