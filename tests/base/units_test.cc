#include "base/units.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace tidemark {
namespace {

TEST(Units, ReadsSizesWithBinaryMultiples) {
  EXPECT_EQ(ParseBytes("24M").value(), 24 * kMiB);
  EXPECT_EQ(ParseBytes("24MiB").value(), 24 * kMiB);
  EXPECT_EQ(ParseBytes("1.5g").value(), 3 * kGiB / 2);
  EXPECT_EQ(ParseBytes("512KB").value(), 512 * kKiB);
  EXPECT_EQ(ParseBytes("65536").value(), 65536U);
  EXPECT_EQ(ParseBytes("0").value(), 0U);
}

TEST(Units, RefusesWhatIsNotASize) {
  for (const char* text :
       {"", "M", "-1", "24Q", "24MM", "1e30", "nan", "inf", "9999999999T", "24 M"}) {
    const auto bytes = ParseBytes(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().code, ErrorCode::kUsage);
  }
}

TEST(Units, ReadsDurationsAsPeopleWriteThem) {
  EXPECT_DOUBLE_EQ(ParseSeconds("90").value(), 90);
  EXPECT_DOUBLE_EQ(ParseSeconds("2.5s").value(), 2.5);
  EXPECT_DOUBLE_EQ(ParseSeconds("250ms").value(), 0.25);
  EXPECT_DOUBLE_EQ(ParseSeconds("10m").value(), 600);
  EXPECT_DOUBLE_EQ(ParseSeconds("1.5h").value(), 5400);
  EXPECT_DOUBLE_EQ(ParseSeconds("1:30").value(), 90);
  EXPECT_DOUBLE_EQ(ParseSeconds("1:02:03.5").value(), 3723.5);
  EXPECT_DOUBLE_EQ(ParseSeconds("-0.1s").value(), -0.1);
}

TEST(Units, RefusesWhatIsNotADuration) {
  for (const char* text :
       {"", "s", "1:60", "1:2:3:4", "1.5:30", "--1", "1 s", "abc", "1::2", "inf"}) {
    EXPECT_FALSE(ParseSeconds(text)) << text;
  }
}

TEST(Units, FormatsForPeople) {
  EXPECT_EQ(FormatBytes(512), "512 B");
  EXPECT_EQ(FormatBytes(14 * kMiB + 200 * kKiB), "14.2 MiB");
  EXPECT_EQ(FormatDuration(3723.5), "1:02:03.5");
  EXPECT_EQ(FormatDuration(20), "0:20.0");
  EXPECT_EQ(FormatDuration(59.96), "1:00.0");
}

TEST(Text, KeepsControlCharactersOffTheTerminal) {
  EXPECT_EQ(Printable("a\x1b[2Jb\n.mp3"), "a?[2Jb?.mp3");
  EXPECT_EQ(Printable("Ünder.mp3"), "Ünder.mp3");
}

TEST(Text, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(ValidUtf8("héllo €𝄞"), "héllo €𝄞");
  EXPECT_EQ(ValidUtf8("a\xff\x62"), "a\xEF\xBF\xBD\x62");
  EXPECT_EQ(ValidUtf8("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // overlong
  EXPECT_EQ(ValidUtf8("\xED\xA0\x80").size(), 9U);               // surrogate
  EXPECT_EQ(ValidUtf8("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // cut short
}

}  // namespace
}  // namespace tidemark
