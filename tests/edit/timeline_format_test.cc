#include "edit/timeline_format.h"

#include <gtest/gtest.h>

namespace tidemark::edit {
namespace {

TEST(TimelineFormat, IsFoundByEachOfItsNames) {
  for (const char* name : {"otio", "fcpxml", "premiere", "resolve", "edl", "kdenlive", "shotcut",
                           "ffconcat", "audacity", "clip-sequence", "json", "v1", "v2", "v3"}) {
    const auto format = ParseTimelineFormat(name);
    ASSERT_TRUE(format) << name;
    EXPECT_EQ(TimelineFormatName(*format), name);
  }
  EXPECT_EQ(ParseTimelineFormat("fcp7"), TimelineFormat::kPremiere);
  EXPECT_EQ(ParseTimelineFormat("mlt"), TimelineFormat::kShotcut);
  EXPECT_EQ(ParseTimelineFormat("").error().code, ErrorCode::kUsage);
  EXPECT_EQ(ParseTimelineFormat("avid").error().message,
            "'avid' is no format of timelines; there are otio, fcpxml, premiere, resolve, edl, "
            "kdenlive, shotcut, ffconcat, audacity, clip-sequence, json, v1, v2, v3");
}

TEST(TimelineFormat, NamesItsFileAfterTheSource) {
  EXPECT_EQ(DefaultTimelinePath("/x/talk.mp4", TimelineFormat::kOtio), "/x/talk_cut.otio");
  EXPECT_EQ(DefaultTimelinePath("talk.mp4", TimelineFormat::kV3), "talk_cut.v3.json");
  EXPECT_EQ(DefaultTimelinePath("talk.mp4", TimelineFormat::kClipSequence), "talk_cut.mp4");
}

}  // namespace
}  // namespace tidemark::edit
