#include "live/lateness.h"

#include <gtest/gtest.h>

namespace tidemark::live {
namespace {

TEST(Lateness, IsZeroWithoutAny) {
  const Lateness late;
  EXPECT_EQ(late.QuantileMs(0.5), 0);
  EXPECT_EQ(late.max_ns(), 0);
}

TEST(Lateness, KnowsQuantilesWithinAnEighth) {
  for (const double ms : {0.003, 0.2, 7.0, 900.0, 3'600'000.0}) {
    Lateness late;
    for (int i = 0; i < 990; ++i) late.Add(static_cast<std::int64_t>(1e6 * ms));
    for (int i = 0; i < 10; ++i) late.Add(static_cast<std::int64_t>(9e6 * ms));
    EXPECT_GE(late.QuantileMs(0.5), ms);
    EXPECT_LE(late.QuantileMs(0.5), 1.125 * ms + 0.001);
    EXPECT_EQ(late.QuantileMs(0.99), late.QuantileMs(0.5));
    EXPECT_EQ(late.max_ns(), static_cast<std::int64_t>(9e6 * ms));
    EXPECT_LE(late.QuantileMs(1), 9 * ms);
  }
}

TEST(Lateness, HasAPlaceForTheLongest) {
  Lateness late;
  late.Add(INT64_MAX);
  EXPECT_EQ(late.max_ns(), INT64_MAX);
  EXPECT_GT(late.QuantileMs(0.5), 3'600'000);
}

}  // namespace
}  // namespace tidemark::live
