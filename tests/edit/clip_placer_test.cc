#include "edit/clip_placer.h"

#include <gtest/gtest.h>

namespace tidemark::edit {
namespace {

TEST(ClipPlacer, DoesNotDriftOverManyClipsThatAreNoWholeFrames) {
  Timeline timeline;
  timeline.timebase = {44'100, 1};
  timeline.n_ticks = 44'100 * 3600;
  for (std::int64_t i = 0; i < 3000; ++i) {
    timeline.clips.push_back({i * 50'000, i * 50'000 + 20'011, 1});  // 13.6 frames of 30 a second
  }
  ClipPlacer placer(timeline, {30, 1});
  std::int64_t at = 0;
  std::int64_t ticks = 0;
  for (std::size_t i = 0; i < timeline.clips.size(); ++i) {
    const auto clip = placer.Next();
    ASSERT_TRUE(clip);
    EXPECT_EQ(clip->output_begin, at);
    EXPECT_EQ(clip->source_end - clip->source_begin, clip->length());
    EXPECT_NEAR(static_cast<double>(clip->output_begin), static_cast<double>(ticks) / 1470, 0.5001);
    EXPECT_NEAR(static_cast<double>(clip->source_begin),
                static_cast<double>(timeline.clips[i].begin) / 1470, 0.5001);
    at = clip->output_end;
    ticks += 20'011;
  }
  EXPECT_FALSE(placer.Next());
}

TEST(ClipPlacer, PassesOverWhatIsShorterThanAFrame) {
  Timeline timeline;
  timeline.timebase = {1000, 1};
  timeline.n_ticks = 1000;
  timeline.clips = {{0, 10, 1}, {500, 510, 1}, {600, 700, 1}};
  ClipPlacer placer(timeline, {10, 1});
  const auto clip = placer.Next();
  ASSERT_TRUE(clip);
  EXPECT_EQ(clip->number, 0U);
  EXPECT_EQ(clip->source_begin, 6);
  EXPECT_EQ(clip->output_begin, 0);
  EXPECT_FALSE(placer.Next());
  EXPECT_EQ(Placed(timeline, {10, 1}).n_clips, 1U);
}

TEST(ClipPlacer, KeepsClipsInsideTheSource) {
  Timeline timeline;
  timeline.timebase = {1000, 1};
  timeline.n_ticks = 1049;  // ten frames, rounded
  timeline.clips = {{0, 149, 1}, {849, 1049, 1}};
  ClipPlacer placer(timeline, {10, 1});
  EXPECT_EQ(placer.Next()->output_end, 1);
  const auto last = placer.Next();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->source_end, placer.source_frames());
}

TEST(ClipPlacer, CountsFramesOfTheRetimedSource) {
  PlacedClip clip;
  clip.source_begin = 61;
  clip.speed = 4;
  EXPECT_EQ(clip.retimed_begin(), 16);
}

}  // namespace
}  // namespace tidemark::edit
