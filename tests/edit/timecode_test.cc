#include "edit/timecode.h"

#include <gtest/gtest.h>

namespace tidemark::edit {
namespace {

constexpr TimecodeFormat kDrop{{30'000, 1001}, true};

TEST(Timecode, LeavesOutTheFirstTwoNumbersOfAMinuteButEveryTenth) {
  EXPECT_EQ(FormatTimecode(1799, kDrop), "00:00:59;29");
  EXPECT_EQ(FormatTimecode(1800, kDrop), "00:01:00;02");
  EXPECT_EQ(FormatTimecode(17'981, kDrop), "00:09:59;29");
  EXPECT_EQ(FormatTimecode(17'982, kDrop), "00:10:00;00");
  EXPECT_EQ(FormatTimecode(107'892, kDrop), "01:00:00;00");
  EXPECT_EQ(FormatTimecode(3600, {{60'000, 1001}, true}), "00:01:00;04");
}

TEST(Timecode, CountsThroughWhereNothingIsDropped) {
  EXPECT_EQ(FormatTimecode(90'000, {{25, 1}, false}), "01:00:00:00");
  EXPECT_EQ(FormatTimecode(1800, {{30'000, 1001}, false}), "00:01:00:00");
}

TEST(Timecode, ReadsWhatItWrites) {
  for (const TimecodeFormat& format :
       {kDrop, TimecodeFormat{{60'000, 1001}, true}, TimecodeFormat{{25, 1}, false}}) {
    for (std::int64_t frame = 0; frame < 40'000; ++frame) {
      ASSERT_EQ(ParseTimecode(FormatTimecode(frame, format), format), frame);
    }
  }
}

TEST(Timecode, RefusesWhatIsNone) {
  for (const char* text : {"", "00:00:00", "00:01:00;00", "00:00:60:00", "00:60:00:00",
                           "00:00:00:30", "0a:00:00:00", "-1:00:00:00", "00:00:00-00"}) {
    EXPECT_FALSE(ParseTimecode(text, kDrop)) << text;
  }
}

}  // namespace
}  // namespace tidemark::edit
