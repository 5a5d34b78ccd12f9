#include "edit/range_list.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <utility>

namespace tidemark::edit {
namespace {

using Ticks = std::vector<bool>;

RangeList List(std::initializer_list<Range> ranges) {
  RangeList list;
  for (const Range& range : ranges) EXPECT_TRUE(list.Append(range));
  return list;
}

// The same, tick by tick: what the functions are compared with.
RangeList OfTicks(const Ticks& ticks) {
  RangeList list;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const auto tick = static_cast<std::int64_t>(i);
    if (!ticks[i]) continue;
    EXPECT_TRUE(list.Append({tick, tick + 1}));
  }
  return list;
}

Ticks RandomTicks(std::mt19937& random, std::size_t n) {
  Ticks ticks(n);
  bool on = random() % 2 == 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (random() % 4 == 0) on = !on;
    ticks[i] = on;
  }
  return ticks;
}

template <typename Both>
Ticks Each(const Ticks& a, const Ticks& b, Both both) {
  Ticks result(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) result[i] = both(a[i], b[i]);
  return result;
}

TEST(RangeList, JoinsWhatTouchesOrOverlapsWhenAppended) {
  RangeList list;
  EXPECT_TRUE(list.Append({2, 4}));
  EXPECT_TRUE(list.Append({4, 6}));
  EXPECT_TRUE(list.Append({5, 5}));
  EXPECT_TRUE(list.Append({5, 8}));
  EXPECT_TRUE(list.Append({6, 7}));
  EXPECT_TRUE(list.Append({9, 10}));
  EXPECT_EQ(list, List({{2, 8}, {9, 10}}));
  EXPECT_EQ(list.CountTicks(), 7);
}

TEST(RangeList, TakesNoMoreThanItsLimit) {
  RangeList list;
  for (std::size_t i = 0; i < RangeList::kMaxRanges; ++i) {
    const auto begin = static_cast<std::int64_t>(2 * i);
    ASSERT_TRUE(list.Append({begin, begin + 1}));
  }
  const std::int64_t end = list.ranges().back().end;
  EXPECT_FALSE(list.Append({end + 1, end + 2}));
  EXPECT_TRUE(list.Append({end, end + 2}));
  EXPECT_EQ(list.size(), RangeList::kMaxRanges);
}

TEST(RangeList, CombinesAsItsTicksDo) {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    const std::size_t n = 1 + random() % 60;
    const auto length = static_cast<std::int64_t>(n);
    const Ticks a = RandomTicks(random, n);
    const Ticks b = RandomTicks(random, n);
    const RangeList ranges_a = OfTicks(a);
    const RangeList ranges_b = OfTicks(b);
    EXPECT_EQ(And(ranges_a, ranges_b), OfTicks(Each(a, b, [](bool x, bool y) { return x && y; })));
    EXPECT_EQ(Or(ranges_a, ranges_b), OfTicks(Each(a, b, [](bool x, bool y) { return x || y; })));
    EXPECT_EQ(Xor(ranges_a, ranges_b), OfTicks(Each(a, b, [](bool x, bool y) { return x != y; })));
    EXPECT_EQ(Not(ranges_a, length), OfTicks(Each(a, a, [](bool x, bool) { return !x; })));
  }
}

TEST(RangeList, StaysWithinTheSource) {
  EXPECT_EQ(Within(List({{-5, 2}, {8, 20}}), 10), List({{0, 2}, {8, 10}}));
  EXPECT_TRUE(Within(List({{0, 2}}), 0).empty());
  EXPECT_EQ(Not({}, 7), RangeList::Whole(7));
}

TEST(RangeList, GrowsAndShrinksByMargins) {
  const RangeList list = List({{10, 20}, {25, 26}, {40, 50}});
  EXPECT_EQ(WithMargins(list, 2, 4, 52), List({{8, 30}, {38, 52}}));
  EXPECT_EQ(WithMargins(list, -2, -3, 52), List({{12, 17}, {42, 47}}));
  EXPECT_EQ(WithMargins(list, 15, 0, 52), List({{0, 26}, {25, 50}}));
  EXPECT_EQ(WithMargins(list, 5, -3, 52), List({{5, 17}, {20, 23}, {35, 47}}));
}

TEST(RangeList, DropsShortRangesAndClosesShortGaps) {
  const RangeList list = List({{2, 4}, {9, 20}, {22, 23}});
  EXPECT_EQ(WithoutShort(list, 2), List({{2, 4}, {9, 20}}));
  EXPECT_EQ(WithoutShortGaps(list, 3, 25), List({{0, 4}, {9, 25}}));
  EXPECT_EQ(WithoutShortGaps(list, 2, 25), list);
  EXPECT_TRUE(WithoutShortGaps({}, 100, 25).empty());
}

TEST(RangeList, CountsEveryFrameOfALengthHoweverItIsRounded) {
  for (const Timebase rate : {Timebase{24, 1}, Timebase{25, 1}, Timebase{30000, 1001},
                              Timebase{30, 1}, Timebase{60, 1}}) {
    for (std::int64_t n = 1; n <= 300; ++n) {
      const double length_s = rate.Seconds(n);
      EXPECT_EQ(NearestTick(length_s, rate), n) << rate.num;
      for (const double unit : {1e3, 9e4, 1e6}) {  // of Matroska, MPEG-TS, libavformat
        EXPECT_EQ(NearestTick(std::floor(length_s * unit) / unit, rate), n) << rate.num;
        EXPECT_EQ(NearestTick(std::ceil(length_s * unit) / unit, rate), n) << rate.num;
      }
    }
  }
}

TEST(RangeList, FindsTheNearestTick) {
  EXPECT_EQ(NearestTick(0.2, {44100, 1}), 8820);
  EXPECT_EQ(NearestTick(1.001, {30000, 1001}), 30);
  EXPECT_EQ(NearestTick(0.05, {30, 1}), 2);
  EXPECT_EQ(NearestTick(-0.05, {30, 1}), -1);
  EXPECT_GT(NearestTick(1e300, {30, 1}), std::int64_t{1} << 60);
}

}  // namespace
}  // namespace tidemark::edit
