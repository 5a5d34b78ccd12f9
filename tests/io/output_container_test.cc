#include "io/output_container.h"

#include <gtest/gtest.h>

namespace tidemark::io {
namespace {

TEST(OutputContainer, KnowsWhichCodecsItHolds) {
  ASSERT_NE(FindContainer("mov"), nullptr);
  EXPECT_TRUE(Holds(*FindContainer("mov"), "aac"));
  EXPECT_TRUE(Holds(*FindContainer("mov"), "pcm_f32le"));
  EXPECT_TRUE(Holds(*FindContainer("webm"), "vorbis"));
  EXPECT_FALSE(Holds(*FindContainer("webm"), "aac"));
  EXPECT_FALSE(Holds(*FindContainer("caf"), "alac"));
  EXPECT_FALSE(Holds(*FindContainer("mov"), "aac alac"));
  EXPECT_FALSE(Holds(*FindContainer("mov"), ""));
  EXPECT_EQ(FindContainer(""), nullptr);
  EXPECT_EQ(FindContainer("MOV"), nullptr);
}

TEST(OutputContainer, IsWhatIsAskedForElseWhatTheNameEndsIn) {
  EncodeSpec spec;
  spec.path = "folder.mp4/talk.FLAC";
  ASSERT_TRUE(FindOutputContainer(spec));
  EXPECT_STREQ((*FindOutputContainer(spec))->name, "flac");
  spec.container = "Mka";
  EXPECT_STREQ((*FindOutputContainer(spec))->name, "mka");
  spec.container = "vhs";
  const auto unknown = FindOutputContainer(spec);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kUsage);
  EXPECT_NE(unknown.error().message.find("vhs"), std::string::npos);
  spec.container.clear();
  spec.path = "folder.mp4/talk";
  EXPECT_FALSE(FindOutputContainer(spec));
}

}  // namespace
}  // namespace tidemark::io
