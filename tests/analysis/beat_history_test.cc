#include "analysis/beat_history.h"

#include <gtest/gtest.h>

#include "memory/arena.h"

namespace tidemark::analysis {
namespace {

class BeatHistoryTest : public testing::Test {
 protected:
  void Add(int n, float beat) {
    for (int i = 0; i < n; ++i) history_.Add({.beat = beat, .downbeat = 0});
  }

  memory::Arena arena_ = *memory::Arena::Create(BeatHistory::PlanBytes());
  BeatHistory history_{arena_};
};

TEST_F(BeatHistoryTest, SpreadsABeatOverItsNeighbours) {
  Add(20, 0);
  Add(1, 0.9F);
  Add(20, 0);
  float last = history_.Spread(20);
  EXPECT_NEAR(last, 0.33 * 0.9, 1e-6);
  for (int away = 1; away <= BeatHistory::kSpreadFrames; ++away) {
    EXPECT_LT(history_.Spread(20 + away), last);
    EXPECT_FLOAT_EQ(history_.Spread(20 + away), history_.Spread(20 - away));
    last = history_.Spread(20 + away);
  }
  EXPECT_GT(last, 0);
  EXPECT_EQ(history_.Spread(20 + BeatHistory::kSpreadFrames + 1), 0);
}

TEST_F(BeatHistoryTest, SpreadsToNoMoreThanCertainty) {
  Add(40, 1);
  EXPECT_EQ(history_.Spread(20), 1);
}

TEST_F(BeatHistoryTest, HearsNothingBeforeTheFirstFrameNorAfterTheLast) {
  Add(1, 0.9F);
  EXPECT_NEAR(history_.Spread(0), 0.33 * 0.9, 1e-6);
  history_.Reset();
  Add(3, 0);
  EXPECT_EQ(history_.Spread(2), 0);
}

TEST_F(BeatHistoryTest, FindsWhenABeatSoundedBetweenFrames) {
  Add(10, 0);
  Add(1, 0.5F);
  Add(1, 0.8F);
  Add(1, 0.7F);
  Add(10, 0);
  const double peak = history_.Peak(11);
  EXPECT_GT(peak, 11);
  EXPECT_LT(peak, 11.5);
  EXPECT_FLOAT_EQ(history_.Strength(9), 0.8F);
}

}  // namespace
}  // namespace tidemark::analysis
