#include "io/beat_list.h"

#include <gtest/gtest.h>

#include <string>

namespace tidemark::io {
namespace {

using Beats = std::vector<double>;

Beats Parsed(std::string_view text) {
  const auto beats = ParseBeatList(text, "list");
  EXPECT_TRUE(beats.has_value()) << beats.error().message;
  return beats.value_or(Beats{-1});
}

std::string Refusal(std::string_view text) {
  const auto beats = ParseBeatList(text, "list");
  if (beats) return "accepted";
  EXPECT_EQ(beats.error().code, ErrorCode::kBadData);
  return beats.error().message;
}

TEST(BeatList, TakesTheFirstColumnOfEachLine) {
  EXPECT_EQ(Parsed("0.5\n1\n1.5e0\n"), (Beats{0.5, 1, 1.5}));
  EXPECT_EQ(Parsed("0.5 1\n1.0\t2\n1.5,3\n"), (Beats{0.5, 1, 1.5}));
}

TEST(BeatList, SkipsEmptyLinesAndComments) {
  EXPECT_EQ(Parsed("# made by hand\n\n 0.5 # one\r\n\t1.0\r\n   \n+1.5#two"), (Beats{0.5, 1, 1.5}));
}

TEST(BeatList, ReadsLabelTracksOfAudacity) {
  EXPECT_EQ(Parsed("0.500000\t0.500000\t1\n\\\t100.0\t200.0\n1.000000\t1.000000\t2\n"),
            (Beats{0.5, 1}));
}

TEST(BeatList, MayBeEmpty) {
  for (const char* text : {"", "\n\n", "# nothing\n", "[]", " [ ] ", "{\"beats\": []}",
                           "{\"beats\": null}", "{\"beats\": {\"list\": []}}"}) {
    EXPECT_EQ(Parsed(text), Beats{}) << text;
  }
}

TEST(BeatList, ReadsAnArrayOrAnObjectWithBeats) {
  EXPECT_EQ(Parsed("[0, 0.5, 1e0]"), (Beats{0, 0.5, 1}));
  EXPECT_EQ(
      Parsed("\xEF\xBB\xBF\n{\"tempo_bpm\": 120, \"list\": [9], \"beats\": [0.25, 18446744]}"),
      (Beats{0.25, 18446744}));
}

TEST(BeatList, ReadsTheReportOfTidemark) {
  EXPECT_EQ(Parsed(R"({"schema": "tidemark.report/1", "file": {"beats": [7], "path": "x"},
    "tempo": {"bpm": 120, "curve": [{"time_s": 9, "bpm": 120}]},
    "beats": {"count": 2, "meter": null, "list": [
      {"time_s": 0.52, "strength": 0.8, "position": 1, "more": {"time_s": 5}},
      {"strength": 0.8, "more": [1, 2], "time_s": 1.02}]}, "time": {"wall_s": 1}})"),
            (Beats{0.52, 1.02}));
}

TEST(BeatList, ReadsNumbersToTheLastBit) {
  EXPECT_EQ(Parsed("[0.1, 12.345678901234567]"), (Beats{0.1, 12.345678901234567}));
  EXPECT_EQ(Parsed("0.1\n12.345678901234567"), (Beats{0.1, 12.345678901234567}));
}

TEST(BeatList, NamesTheLineThatIsNoTime) {
  EXPECT_EQ(Refusal("0.5\n# x\nbeat 2\n"),
            "list: line 3: 'beat 2' does not begin with a time in seconds");
  for (const char* text : {"time,beat\n0.5,1\n", ",0.5\n", "1.5s\n", "2;x\n", "0x10\n", "1:30\n",
                           "1e999\n", "--1\n", "+-1\n", "RIFF\x01\x02\xFF\n"}) {
    EXPECT_NE(Refusal(text).find("line 1: "), std::string::npos) << Refusal(text);
  }
}

TEST(BeatList, RefusesWhatIsNotFiniteNegativeOrOutOfOrder) {
  EXPECT_EQ(Refusal("nan\n"), "list: line 1: nan is not finite");
  EXPECT_EQ(Refusal("1\ninf\n"), "list: line 2: inf is not finite");
  EXPECT_EQ(Refusal("-0.5\n"), "list: line 1: -0.5 s is negative");
  EXPECT_EQ(Refusal("1\n3\n\n2\n"), "list: line 4: 2 s comes after 3 s; sort the beats by time");
  EXPECT_EQ(Refusal("[1, 3, 2]"), "list: beat 3: 2 s comes after 3 s; sort the beats by time");
  EXPECT_EQ(Refusal("[-1]"), "list: beat 1: -1 s is negative");
}

TEST(BeatList, AllowsBeatsThatFallTogether) { EXPECT_EQ(Parsed("1\n1\n"), (Beats{1, 1})); }

TEST(BeatList, SaysWhatIsWrongWithJson) {
  const struct {
    const char* text;
    const char* says;
  } cases[] = {
      {"[1, 2", "byte 6: "},
      {"[1, 2] 3", "byte 8: "},
      {"[NaN]", "byte 2: "},
      {"[1, 1e999]", "byte "},
      {"{}", "JSON without beats"},
      {"{\"list\": [1]}", "JSON without beats"},
      {"{\"beats\": {\"count\": 3}}", "JSON without beats"},
      {"{\"beats\": 3}", "\"beats\" is no list"},
      {"{\"beats\": [1], \"beats\": [2]}", "two lists"},
      {"[1, \"2\"]", "beat 2 is not a number"},
      {"[1, [2]]", "beat 2 is not a number"},
      {"[{\"time_s\": 1}]", "beat 1 is not a number"},
      {"{\"beats\": [{\"time_s\": 1}]}", "beat 1 is not a number"},
      {"{\"beats\": {\"list\": [1]}}", "beat 1 is not an object"},
      {"{\"beats\": {\"list\": [{\"time_s\": 1}, {}]}}", "beat 2 has no time_s"},
      {"{\"beats\": {\"list\": [{\"time_s\": [1]}]}}", "beat 1 has"},
      {"{\"beats\": {\"list\": [{\"time_s\": {}}]}}", "beat 1 has a time_s that is not a number"},
      {"{\"beats\": {\"list\": [{\"time_s\": null}]}}", "beat 1 has a time_s that is not a number"},
      {"{\"beats\": {\"list\": [{\"time_s\": 1, \"time_s\": 2}]}}", "has two time_s"},
  };
  for (const auto& [text, says] : cases) {
    EXPECT_NE(Refusal(text).find(says), std::string::npos) << text << ": " << Refusal(text);
  }
}

TEST(BeatList, RefusesJsonThatIsNestedWithoutEnd) {
  EXPECT_NE(Refusal("{\"x\": " + std::string(1'000'000, '[')).find("too deeply"),
            std::string::npos);
}

TEST(BeatList, SaysWhichFileCannotBeRead) {
  const auto missing = ReadBeatList("/no/such/beats.txt");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNoInput);
  EXPECT_NE(missing.error().message.find("/no/such/beats.txt"), std::string::npos);
}

}  // namespace
}  // namespace tidemark::io
