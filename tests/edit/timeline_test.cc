#include "edit/timeline.h"

#include <gtest/gtest.h>

namespace tidemark::edit {
namespace {

TEST(Timeline, SaysWhereAMomentOfTheSourceLiesInTheOutput) {
  Timeline timeline;
  timeline.timebase = {100, 1};
  timeline.n_ticks = 1000;
  timeline.clips = {{100, 200, 1}, {200, 400, 2}, {600, 700, 1}};
  EXPECT_EQ(OutputTicks(timeline), 300);
  EXPECT_DOUBLE_EQ(OutputSeconds(timeline, 0.5), 0);    // cut: the next clip
  EXPECT_DOUBLE_EQ(OutputSeconds(timeline, 1.5), 0.5);  // kept
  EXPECT_DOUBLE_EQ(OutputSeconds(timeline, 3), 1.5);    // at twice the speed
  EXPECT_DOUBLE_EQ(OutputSeconds(timeline, 5), 2);      // cut between
  EXPECT_DOUBLE_EQ(OutputSeconds(timeline, 9), 3);      // behind the last
}

Timeline OfHundredths(std::vector<Clip> clips) {
  Timeline timeline;
  timeline.timebase = {100, 1};
  timeline.n_ticks = 1000;
  timeline.clips = std::move(clips);
  return timeline;
}

TEST(Timeline, FindsAMomentInClipsOfAnyOrder) {
  const Timeline swapped = OfHundredths({{500, 900, 1}, {100, 400, 1}});
  EXPECT_DOUBLE_EQ(OutputSeconds(swapped, 2), 5);    // in the second clip
  EXPECT_DOUBLE_EQ(OutputSeconds(swapped, 6), 1);    // in the first one
  EXPECT_DOUBLE_EQ(OutputSeconds(swapped, 0.5), 4);  // cut: the next of the source
  EXPECT_DOUBLE_EQ(OutputSeconds(swapped, 4.5), 0);  // cut between
  EXPECT_DOUBLE_EQ(OutputSeconds(swapped, 9.5), 4);  // behind what goes on longest
  const Timeline repeated = OfHundredths({{300, 400, 1}, {0, 400, 2}, {100, 200, 1}});
  EXPECT_DOUBLE_EQ(OutputSeconds(repeated, 3.5), 0.5);  // the first of two
  EXPECT_DOUBLE_EQ(OutputSeconds(repeated, 1), 1.5);    // at twice the speed
  EXPECT_DOUBLE_EQ(OutputSeconds(OfHundredths({}), 1), 0);
}

void ExpectSpan(const Timeline& timeline, double begin_s, double end_s, double in_s, double out_s) {
  const auto span = OutputSpanOf(timeline, begin_s, end_s);
  ASSERT_TRUE(span);
  EXPECT_DOUBLE_EQ(span->begin_s, in_s);
  EXPECT_DOUBLE_EQ(span->end_s, out_s);
}

TEST(Timeline, SaysWhereAPartOfTheSourceLiesInTheOutput) {
  const Timeline timeline = OfHundredths({{100, 200, 1}, {200, 400, 2}, {600, 700, 1}});
  ExpectSpan(timeline, 0, 3, 0, 1.5);
  ExpectSpan(timeline, 3, 10, 1.5, 3);
  ExpectSpan(timeline, 1.5, 6.5, 0.5, 2.5);
  EXPECT_FALSE(OutputSpanOf(timeline, 4.5, 5.5));
  EXPECT_FALSE(OutputSpanOf(timeline, 3, 3));
}

TEST(Timeline, GivesAPartThatIsTornItsLongestStretch) {
  const Timeline swapped = OfHundredths({{500, 1000, 1}, {0, 500, 1}});
  ExpectSpan(swapped, 0, 6, 5, 10);  // not the second from 5 to 6
  ExpectSpan(swapped, 6, 10, 1, 5);
  const Timeline torn = OfHundredths({{0, 100, 1}, {800, 900, 1}, {100, 200, 1}, {50, 150, 1}});
  ExpectSpan(torn, 0, 2, 2, 4);  // the two clips at the end of the output follow each other
  ExpectSpan(torn, 0, 0.5, 0, 0.5);
  ExpectSpan(torn, 8, 9, 1, 2);
  const Timeline equal = OfHundredths({{0, 100, 1}, {800, 900, 1}, {100, 200, 1}});
  ExpectSpan(equal, 0, 2, 0, 1);
}

}  // namespace
}  // namespace tidemark::edit
