#include "analysis/note_name.h"

#include <gtest/gtest.h>

namespace tidemark::analysis {
namespace {

TEST(NearestNote, NamesTheNotesOfThePianoAndBeyond) {
  EXPECT_EQ(NearestNote(440).text(), "A4");
  EXPECT_EQ(NearestNote(261.6256).text(), "C4");
  EXPECT_EQ(NearestNote(27.5).text(), "A0");
  EXPECT_EQ(NearestNote(246.94).text(), "B3");
  EXPECT_EQ(NearestNote(8.1758).text(), "C-1");
  EXPECT_EQ(NearestNote(7.7).text(), "B-2");
  EXPECT_EQ(NearestNote(23679.6).text(), "F#10");
}

TEST(NearestNote, GivesCentsWithinHalfASemitone) {
  EXPECT_NEAR(NearestNote(440).cents, 0, 1e-9);
  EXPECT_NEAR(NearestNote(442).cents, 7.8514, 1e-3);
  EXPECT_NEAR(NearestNote(438).cents, -7.8872, 1e-3);
  const NotePitch below = NearestNote(440 * 1.0297);
  EXPECT_EQ(below.text(), "A#4");
  EXPECT_LT(below.cents, -49);
}

}  // namespace
}  // namespace tidemark::analysis
