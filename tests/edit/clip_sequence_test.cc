#include "edit/clip_sequence.h"

#include <gtest/gtest.h>

namespace tidemark::edit {
namespace {

TEST(ClipSequence, NumbersFilesSoThatTheyStayInOrder) {
  EXPECT_EQ(ClipSequencePath("/a.b/talk_cut.wav", 7, 700), "/a.b/talk_cut_007.wav");
  EXPECT_EQ(ClipSequencePath("talk_cut.wav", 9, 10), "talk_cut_9.wav");
  EXPECT_EQ(ClipSequencePath("talk_cut.wav", 9, 11), "talk_cut_09.wav");
  EXPECT_EQ(ClipSequencePath("talk", 0, 1), "talk_0");
}

}  // namespace
}  // namespace tidemark::edit
