#include "edit/frame_rate.h"

#include <gtest/gtest.h>

namespace tidemark::edit {
namespace {

TEST(FrameRate, RescalesToTheNearestTick) {
  EXPECT_EQ(RescaleTicks(44'100, {44'100, 1}, {30, 1}), 30);
  EXPECT_EQ(RescaleTicks(735, {44'100, 1}, {30, 1}), 1);  // half a frame, up
  EXPECT_EQ(RescaleTicks(734, {44'100, 1}, {30, 1}), 0);
  EXPECT_EQ(RescaleTicks(30'000, {30'000, 1001}, {1, 1}), 1001);
  EXPECT_EQ(RescaleTicks(std::int64_t{1} << 53, {2147483646, 1}, {2147483647, 1}),
            9007199258935296);
}

TEST(FrameRate, CountsFramesAsTheTimelineDoesWhereItsTicksAreFrames) {
  Timeline timeline;
  timeline.timebase = {60'000, 2002};
  EXPECT_EQ(EditRate(timeline), (Timebase{30'000, 1001}));
  timeline.timebase = {48'000, 1};
  EXPECT_EQ(EditRate(timeline), (Timebase{60, 1}));
  timeline.media.video = VideoInfo{1, 1, {25, 1}, false};
  EXPECT_EQ(EditRate(timeline), (Timebase{25, 1}));
}

TEST(FrameRate, FindsTheRateThatTimecodeKnows) {
  EXPECT_EQ(TimecodeRate({25, 1}), (Timebase{25, 1}));
  EXPECT_EQ(TimecodeRate({60'000, 1001}), (Timebase{60'000, 1001}));
  EXPECT_EQ(TimecodeRate({2997, 100}), (Timebase{30'000, 1001}));
  EXPECT_EQ(TimecodeRate({2983, 100}), (Timebase{30, 1}));
  EXPECT_EQ(TimecodeRate({1, 10}), (Timebase{1, 1}));
  EXPECT_EQ(NominalRate({24'000, 1001}), 24);
}

TEST(FrameRate, WritesSpeedsAsFractions) {
  EXPECT_EQ(SpeedFraction(4), (Timebase{4, 1}));
  EXPECT_EQ(SpeedFraction(1.25), (Timebase{5, 4}));
  EXPECT_EQ(SpeedFraction(3.7), (Timebase{37, 10}));
  EXPECT_EQ(SpeedFraction(1.0 / 3), (Timebase{1, 3}));
  EXPECT_EQ(SpeedFraction(0.01), (Timebase{1, 100}));
}

}  // namespace
}  // namespace tidemark::edit
