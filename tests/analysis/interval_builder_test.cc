#include "analysis/interval_builder.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace tidemark::analysis {
namespace {

constexpr double kCellS = 0.01;

// '#' sound, '.' silence, 'm' maybe, to be known later, '+' and '-' resolve the run before.
std::vector<Interval> Build(const IntervalRules& rules, std::string_view cells) {
  IntervalBuilder builder(rules);
  builder.StartSegment(0);
  std::vector<Interval> intervals;
  std::array<Interval, IntervalBuilder::kMaxPending> out;
  int n = 0;
  for (const char cell : cells) {
    if (cell == '+' || cell == '-') {
      builder.ResolveMaybe(cell == '+');
    } else {
      const CellState state = cell == '#'   ? CellState::kSound
                              : cell == 'm' ? CellState::kMaybe
                                            : CellState::kSilence;
      builder.Add(state, kCellS * ++n);
    }
    intervals.insert(intervals.end(), out.begin(), out.begin() + builder.Drain(out));
  }
  builder.EndSegment();
  intervals.insert(intervals.end(), out.begin(), out.begin() + builder.Drain(out));
  EXPECT_EQ(builder.count(), static_cast<std::int64_t>(intervals.size()));
  return intervals;
}

void ExpectIntervals(const std::vector<Interval>& intervals,
                     const std::vector<std::pair<int, int>>& cells) {
  ASSERT_EQ(intervals.size(), cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    EXPECT_NEAR(intervals[i].start_s, kCellS * cells[i].first, 1e-9) << i;
    EXPECT_NEAR(intervals[i].end_s, kCellS * cells[i].second, 1e-9) << i;
  }
}

TEST(IntervalBuilder, ClosesGapsThatAreTooShort) {
  ExpectIntervals(Build({.min_silence_s = 0.03}, "##..###...#...."), {{0, 7}, {10, 11}});
}

TEST(IntervalBuilder, DropsSoundsThatAreTooShortAfterClosingGaps) {
  const IntervalRules rules{.min_silence_s = 0.02, .min_sound_s = 0.03};
  ExpectIntervals(Build(rules, "#.#...##...###"), {{0, 3}, {11, 14}});
}

TEST(IntervalBuilder, WidensByMarginsWithinTheSegment) {
  const IntervalRules rules{.min_silence_s = 0.01, .margin_before_s = 0.02, .margin_after_s = 0.03};
  ExpectIntervals(Build(rules, ".##......##."), {{0, 6}, {7, 12}});
}

TEST(IntervalBuilder, JoinsIntervalsWhoseMarginsTouch) {
  const IntervalRules rules{.min_silence_s = 0.01, .margin_before_s = 0.02, .margin_after_s = 0.03};
  ExpectIntervals(Build(rules, "..##....##......"), {{0, 13}});
}

TEST(IntervalBuilder, NarrowsByNegativeMarginsAndDropsWhatVanishes) {
  const IntervalRules rules{
      .min_silence_s = 0.01, .margin_before_s = -0.01, .margin_after_s = -0.01};
  ExpectIntervals(Build(rules, "#####..##..####"), {{1, 4}, {12, 14}});
}

TEST(IntervalBuilder, ResolvesWhatWasUnknownAsSilenceOrSound) {
  const IntervalRules rules{.min_silence_s = 0.01};
  ExpectIntervals(Build(rules, "mmmm-##.."), {{4, 6}});
  ExpectIntervals(Build(rules, "mmmm+##.."), {{0, 6}});
  ExpectIntervals(Build(rules, "mmmm"), {{0, 4}});
}

TEST(IntervalBuilder, GivesAnIntervalAsSoonAsItCannotChange) {
  IntervalBuilder builder({.min_silence_s = 0.02});
  builder.StartSegment(0);
  std::array<Interval, IntervalBuilder::kMaxPending> out;
  builder.Add(CellState::kSound, 0.01);
  builder.Add(CellState::kSilence, 0.02);
  EXPECT_EQ(builder.Drain(out), 0U);
  builder.Add(CellState::kSilence, 0.03);
  builder.Add(CellState::kSilence, 0.04);
  EXPECT_EQ(builder.Drain(out), 1U);
}

TEST(IntervalBuilder, KeepsTotals) {
  IntervalBuilder builder({.min_silence_s = 0.01});
  builder.StartSegment(5);
  builder.Add(CellState::kSound, 6);
  builder.Add(CellState::kSilence, 7);
  builder.Add(CellState::kSound, 10);
  builder.EndSegment();
  EXPECT_DOUBLE_EQ(builder.active_s(), 4);
  EXPECT_DOUBLE_EQ(builder.longest_s(), 3);
  EXPECT_EQ(builder.count(), 2);
}

}  // namespace
}  // namespace tidemark::analysis
