#include "base/clip_times.h"

#include <gtest/gtest.h>

#include <vector>

namespace tidemark {
namespace {

constexpr Timebase kNtsc{30000, 1001};

TEST(ClipTimes, TakesEightBytesForAClipAndTheEnd) { EXPECT_EQ(ClipTimes::PlanBytes(3), 32U); }

TEST(ClipTimes, FindsTheFractionThatASpeedWasWrittenAs) {
  const struct {
    double speed;
    std::int64_t num, den;
  } kCases[] = {{1, 1, 1},    {4, 4, 1},         {1.1, 11, 10},       {0.1, 1, 10},   {1.25, 5, 4},
                {0.75, 3, 4}, {99999, 99999, 1}, {1.337, 1337, 1000}, {1.0 / 3, 1, 3}};
  for (const auto& [speed, num, den] : kCases) {
    const SpeedFraction fraction = ToSpeedFraction(speed);
    EXPECT_EQ(fraction.num, num) << speed;
    EXPECT_EQ(fraction.den, den) << speed;
  }
}

TEST(ClipTimes, TakesARoundedStampForTheTickItStandsFor) {
  const Timebase milliseconds{1000, 1};
  for (std::int64_t tick = 0; tick < 200'000; ++tick) {
    const std::int64_t stamp = (tick * 1001 + 15) / 30;
    const TickTime time = ToTickTime(stamp, milliseconds, kNtsc, {});
    ASSERT_TRUE(time.num == tick && time.den == 1) << tick;
  }
}

TEST(ClipTimes, KeepsAMomentBetweenTicks) {
  const TickTime time = ToTickTime(45'045, {90'000, 1}, kNtsc, {});
  EXPECT_TRUE(time.num == 15 && time.den == 1);
  const TickTime half = ToTickTime(3003 + 1500, {90'000, 1}, kNtsc, {});
  EXPECT_DOUBLE_EQ(half.Seconds(kNtsc), 4503.0 / 90'000);
  EXPECT_TRUE(half.IsAfter(1));
  EXPECT_TRUE(half.IsBefore(2));
}

TEST(ClipTimes, CountsFromTheOrigin) {
  const TickTime time = ToTickTime(126'000, {90'000, 1}, {30, 1}, {7, 5});
  EXPECT_TRUE(time.num == 0 && time.den == 1);
  EXPECT_TRUE(ToTickTime(0, {90'000, 1}, {30, 1}, {7, 5}).IsBefore(0));
}

TEST(ClipTimes, AddsUpNoErrorOverAnHourOfCuts) {
  std::vector<Clip> clips;
  for (std::int64_t tick = 0; tick < 107'892; tick += 10) clips.push_back({tick, tick + 7, 1});
  const ClipTimes times(clips, kNtsc, {90'000, 1001});
  ASSERT_EQ(times.OutputBegin(clips.size()), static_cast<std::int64_t>(clips.size()) * 7 * 3);
  for (std::size_t i = 0; i < clips.size(); ++i) {
    const auto source = ToTickTime(clips[i].begin * 3003 + 3003, {90'000, 1}, kNtsc, {});
    ASSERT_EQ(times.Output(i, source), static_cast<std::int64_t>(i) * 21 + 3);
  }
}

TEST(ClipTimes, DividesByTheSpeed) {
  const std::vector<Clip> clips = {{0, 30, 1}, {30, 90, 4}, {90, 120, 0.5}};
  const ClipTimes times(clips, {30, 1}, {90'000, 1});
  EXPECT_EQ(times.OutputBegin(1), 90'000);
  EXPECT_EQ(times.Output(1, {34, 1}), 93'000);
  EXPECT_EQ(times.OutputBegin(2), 90'000 + 45'000);
  EXPECT_EQ(times.Output(2, {91, 1}), 135'000 + 6000);
  EXPECT_EQ(times.OutputBegin(3), 135'000 + 180'000);
}

TEST(ClipTimes, DoesNotOverflowOnNanosecondsOverDays) {
  const std::vector<Clip> clips = {{0, 100'000'000, 1.337}};
  const ClipTimes times(clips, kNtsc, {90'000, 1001});
  const TickTime source =
      ToTickTime(864'000'000'000'000, {1'000'000'000, 1}, kNtsc, {33, 2'700'000'007});
  EXPECT_NEAR(static_cast<double>(times.Output(0, source)), 864'000.0 / 1.337 * 90'000 / 1001, 2);
}

}  // namespace
}  // namespace tidemark
