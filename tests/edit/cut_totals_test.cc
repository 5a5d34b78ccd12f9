#include "edit/cut_totals.h"

#include <gtest/gtest.h>

#include <utility>

#include "memory/heap.h"

namespace tidemark::edit {
namespace {

Timeline Sample() {
  Timeline timeline;
  timeline.timebase = {10, 1};
  timeline.n_ticks = 1000;
  timeline.clips = {{100, 200, 1}, {200, 400, 2}, {600, 900, 1}};
  return timeline;
}

TEST(CutTotals, AddUp) {
  const CutTotals totals = TotalsOf(Sample());
  EXPECT_DOUBLE_EQ(totals.source_s, 100);
  EXPECT_DOUBLE_EQ(totals.output_s, 50);
  EXPECT_DOUBLE_EQ(totals.saved_s, 50);
  EXPECT_EQ(totals.n_clips, 3U);
  EXPECT_EQ(totals.n_cuts, 3U);
  EXPECT_DOUBLE_EQ(totals.cut_s, 40);
  EXPECT_DOUBLE_EQ(totals.longest_cut_s, 20);
  EXPECT_DOUBLE_EQ(totals.longest_cut_at_s, 40);
  EXPECT_DOUBLE_EQ(totals.changed_s, 20);
}

TEST(CutTotals, CountTheSourceOnceWhateverTheOrder) {
  Timeline timeline = Sample();
  timeline.clips = {{600, 900, 1}, {100, 400, 1}, {200, 700, 1}};
  const CutTotals totals = TotalsOf(timeline);
  EXPECT_EQ(totals.n_cuts, 2U);
  EXPECT_DOUBLE_EQ(totals.cut_s, 20);
  EXPECT_DOUBLE_EQ(totals.output_s, 110);
}

TEST(CutTotals, ShowAllOfTheSourceInTurn) {
  const std::vector<Stretch> stretches = StretchesOf(Sample(), 100);
  ASSERT_EQ(stretches.size(), 6U);
  EXPECT_DOUBLE_EQ(stretches[0].speed, 0);
  EXPECT_DOUBLE_EQ(stretches[2].begin_s, 20);
  EXPECT_DOUBLE_EQ(stretches[2].speed, 2);
  EXPECT_DOUBLE_EQ(stretches[4].output_s, 20);
  EXPECT_DOUBLE_EQ(stretches[5].end_s, 100);
}

TEST(CutTotals, PutTogetherWhatIsTooFineToDraw) {
  Timeline timeline;
  timeline.timebase = {1000, 1};
  timeline.n_ticks = 1'000'000;
  for (std::int64_t i = 0; i < 100'000; ++i) timeline.clips.push_back({10 * i, 10 * i + 7, 1});
  const std::vector<Stretch> stretches = StretchesOf(timeline, 100);
  ASSERT_LE(stretches.size(), 200U);
  double at_s = 0;
  for (const Stretch& stretch : stretches) {
    EXPECT_DOUBLE_EQ(stretch.begin_s, at_s);
    EXPECT_DOUBLE_EQ(stretch.speed, 1);
    at_s = stretch.end_s;
  }
  EXPECT_DOUBLE_EQ(at_s, 1000);
}

TEST(CutTotals, TakeMemoryOnlyForClipsOutOfOrder) {
  Timeline timeline;
  timeline.n_ticks = 100'000;
  for (std::int64_t i = 0; i < 10'000; ++i) timeline.clips.push_back({10 * i, 10 * i + 5, 1});
  const auto taken = [&] {
    const std::uint64_t before = memory::ReadHeap().live_bytes;
    memory::ResetHeapPeak();
    TotalsOf(timeline);
    return memory::ReadHeap().peak_bytes - before;
  };
  constexpr std::size_t kRounding = 4096;  // malloc may map whole pages
  EXPECT_EQ(TotalsBytes(timeline), 0U);
  EXPECT_EQ(taken(), 0U);
  std::swap(timeline.clips.front(), timeline.clips.back());
  EXPECT_LE(TotalsBytes(timeline), taken());
  EXPECT_LE(taken(), TotalsBytes(timeline) + kRounding);
}

}  // namespace
}  // namespace tidemark::edit
