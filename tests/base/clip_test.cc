#include "base/clip.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(Clip, FindsTheSampleOfAFrameOfNtscVideoExactly) {
  const Timebase ntsc{30000, 1001};
  EXPECT_EQ(SampleAtTick(0, ntsc, 48000), 0);
  EXPECT_EQ(SampleAtTick(1, ntsc, 48000), 1601);  // 1601.6
  EXPECT_EQ(SampleAtTick(5, ntsc, 48000), 8008);  // exact
  // A day of frames: no rounding has crept in.
  EXPECT_EQ(SampleAtTick(30000LL * 86400 / 1001 * 5, ntsc, 48000),
            30000LL * 86400 / 1001 * 5 * 48000 / 30000 * 1001 +
                30000LL * 86400 / 1001 * 5 * 48000 % 30000 * 1001 / 30000);
}

TEST(Clip, HasTheLengthThatItsSpeedLeaves) {
  EXPECT_EQ(OutputTicks({10, 110, 1}), 100);
  EXPECT_EQ(OutputTicks({0, 100, 4}), 25);
  EXPECT_EQ(OutputTicks({1, 100, 4}), 24);  // 25 - 1
  EXPECT_EQ(OutputTicks({5, 6, 8}), 0);     // both round up to 1
  EXPECT_EQ(OutputTicks({0, 100, 0.5}), 200);
}

}  // namespace
}  // namespace tidemark
