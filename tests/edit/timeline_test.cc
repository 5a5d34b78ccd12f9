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

}  // namespace
}  // namespace tidemark::edit
