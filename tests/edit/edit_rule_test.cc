#include "edit/edit_rule.h"

#include <gtest/gtest.h>

#include <string>

#include "memory/heap.h"

namespace tidemark::edit {
namespace {

// Ten ticks; '#' is loud.
RangeList Ticks(std::string_view text) {
  RangeList list;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto tick = static_cast<std::int64_t>(i);
    if (text[i] != '#') continue;
    EXPECT_TRUE(list.Append({tick, tick + 1}));
  }
  return list;
}

// A: audio, S: speech, B: beats.
const RangeList kA = Ticks("####......");
const RangeList kS = Ticks("..####....");
const RangeList kB = Ticks("#...#...#.");

RangeList Loud(std::string_view text) {
  const auto rule = ParseEditRule(text);
  EXPECT_TRUE(rule) << rule.error().message;
  if (!rule) return {};
  const auto find = [&](std::size_t i) -> Result<RangeList> {
    const TermKind kind = rule->terms()[i].kind;
    return kind == TermKind::kAudio ? kA : kind == TermKind::kSpeech ? kS : kB;
  };
  return Evaluate(*rule, find, 10).value_or(RangeList{});
}

TEST(EditRule, BindsNotBeforeAndBeforeXorBeforeOr) {
  EXPECT_EQ(Loud("audio and speech"), Ticks("..##......"));
  EXPECT_EQ(Loud("audio xor speech"), Ticks("##..##...."));
  EXPECT_EQ(Loud("audio or speech and beats"), Ticks("#####....."));
  EXPECT_EQ(Loud("(audio or speech) and beats"), Ticks("#...#....."));
  EXPECT_EQ(Loud("not audio and speech"), Ticks("....##...."));
  EXPECT_EQ(Loud("not (audio and speech)"), Ticks("##..######"));
  EXPECT_EQ(Loud("audio xor speech or beats"), Ticks("##..##..#."));
  EXPECT_EQ(Loud("audio or speech xor speech"), Ticks("####......"));
  EXPECT_EQ(Loud("audio xor beats and speech"), Ticks("#####....."));
  EXPECT_EQ(Loud("not not beats"), kB);
}

TEST(EditRule, TakesTheOperatorFirstInParentheses) {
  EXPECT_EQ(Loud("(or audio speech beats)"), Ticks("######..#."));
  EXPECT_EQ(Loud("(and (or audio beats) not speech)"), Ticks("##......#."));
  EXPECT_EQ(Loud("(xor audio)"), kA);
}

TEST(EditRule, KeepsAllWithNoneAndNothingWithAll) {
  EXPECT_EQ(Loud("none"), RangeList::Whole(10));
  EXPECT_TRUE(Loud("all").empty());
  EXPECT_EQ(Loud("all or speech"), kS);
  EXPECT_EQ(Loud("none and not speech"), Ticks("##....####"));
}

TEST(EditRule, ListsEachDistinctTermOnce) {
  const auto rule = ParseEditRule("audio:4% and speech or audio:threshold=4% and not audio");
  ASSERT_TRUE(rule);
  ASSERT_EQ(rule->terms().size(), 3U);
  EXPECT_EQ(rule->terms()[0].threshold, 0.04);
  EXPECT_EQ(rule->terms()[1].kind, TermKind::kSpeech);
  EXPECT_EQ(rule->terms()[2], EditTerm{});
  EXPECT_FALSE(rule->UsesBeats());
  EXPECT_TRUE(ParseEditRule("audio:snap=beat")->UsesBeats());
  EXPECT_EQ(EditRule().terms().size(), 1U);
}

TEST(EditRule, CutsWhatReachesBeyondTheSource) {
  const auto find = [](std::size_t) -> Result<RangeList> {
    RangeList long_list;
    EXPECT_TRUE(long_list.Append({5, 50}));
    return long_list;
  };
  EXPECT_EQ(*Evaluate(EditRule(), find, 10), Ticks(".....#####"));
}

TEST(EditRule, RefusesMoreRangesThanAListHoldsAndGivesBackWhatItHasRead) {
  const auto rule = ParseEditRule("audio or speech");
  const std::uint64_t before = memory::ReadHeap().live_bytes;
  const auto full = [](std::int64_t first) {
    RangeList list;
    for (std::size_t i = 0; i < RangeList::kMaxRanges; ++i) {
      const auto begin = first + static_cast<std::int64_t>(4 * i);
      EXPECT_TRUE(list.Append({begin, begin + 1}));
    }
    return list;
  };
  memory::ResetHeapPeak();
  const auto loud = Evaluate(
      *rule, [&](std::size_t i) -> Result<RangeList> { return full(i == 0 ? 0 : 2); },
      std::int64_t{1} << 30);
  ASSERT_FALSE(loud);
  EXPECT_EQ(loud.error().code, ErrorCode::kMemory);
  EXPECT_NE(loud.error().message.find("--min-cut"), std::string::npos) << loud.error().message;
  constexpr std::size_t kSmall = 16 << 10;
  EXPECT_LE(memory::ReadHeap().peak_bytes - before,
            2 * RangeList::kMaxBytes + 3 * memory::kListBlockBytes + kSmall);
  EXPECT_LE(memory::ReadHeap().live_bytes, before + kSmall);
}

TEST(EditRule, PointsAtWhatIsWrong) {
  const struct {
    std::string_view text;
    std::string_view part;
  } cases[] = {
      {"", "character 1: it is empty"},
      {"audio or", "character 9: a term is missing at the end"},
      {"audio speech", "character 7: expected and, or, xor"},
      {"audio or adio", "character 10: there is no 'adio'"},
      {"audio or speech:loud=1", "character 17: there is no option 'loud'"},
      {"(audio", "character 1: this '(' is not closed"},
      {"audio)", "character 6: this ')' closes nothing"},
      {"(audio speech)", "character 8: expected and, or, xor or ')'"},
      {"and audio", "character 1: a term is missing before 'and'"},
      {"audio or or speech", "character 10: a term is missing before 'or'"},
      {"()", "character 2: a term is missing before ')'"},
      {"(or)", "character 4: a term is missing before ')'"},
      {"not", "character 4: a term is missing"},
  };
  for (const auto& c : cases) {
    const auto rule = ParseEditRule(c.text);
    ASSERT_FALSE(rule) << c.text;
    EXPECT_EQ(rule.error().code, ErrorCode::kUsage);
    EXPECT_NE(rule.error().message.find(c.part), std::string::npos) << rule.error().message;
  }
}

TEST(EditRule, RefusesWhatIsTooLongTooDeepOrTooMany) {
  EXPECT_FALSE(ParseEditRule(std::string(EditRule::kMaxTextBytes + 1, ' ')));
  EXPECT_FALSE(ParseEditRule(std::string(100, '(') + "audio" + std::string(100, ')')));
  std::string many = "audio";
  for (int i = 0; i < 16; ++i) many += " or audio:stream=" + std::to_string(i);
  EXPECT_FALSE(ParseEditRule(many));
  std::string nots;
  for (int i = 0; i < 63; ++i) nots += "not ";
  EXPECT_TRUE(ParseEditRule(nots + "audio"));
}

}  // namespace
}  // namespace tidemark::edit
