#include "edit/compat_rules.h"

#include <gtest/gtest.h>

#include "tests/edit/auto_editor_cases.h"

namespace tidemark::edit {
namespace {

RangeList OfBits(const std::string& bits) {
  RangeList list;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const auto tick = static_cast<std::int64_t>(i);
    if (bits[i] != '1') continue;
    EXPECT_TRUE(list.Append({tick, tick + 1}));
  }
  return list;
}

std::string Text(const std::vector<Clip>& clips) {
  std::ostringstream text;
  for (const Clip& clip : clips) {
    text << clip.begin << ' ' << clip.end << ' ' << clip.speed << ' ';
  }
  return text.str();
}

TEST(CompatRules, MakesTheCutListOfAutoEditor) {
  std::vector<std::istringstream> cases = test::AutoEditorCases("rules");
  ASSERT_GE(cases.size(), 1000U);
  for (std::istringstream& line : cases) {
    Timebase timebase;
    double before_ms = 0;
    double after_ms = 0;
    double min_cut_ms = 0;
    double min_clip_ms = 0;
    double silent_speed = 0;
    CutRuleOptions options;
    std::string bits;
    line >> timebase.num >> timebase.den >> before_ms >> after_ms >> min_cut_ms >> min_clip_ms >>
        silent_speed >> options.loud_speed >> bits;
    ASSERT_TRUE(line) << line.str();
    options.margin_before_s = before_ms / 1000;
    options.margin_after_s = after_ms / 1000;
    options.min_cut_s = min_cut_ms / 1000;
    options.min_clip_s = min_clip_ms / 1000;
    if (silent_speed != 0) options.silent_speed = silent_speed;
    std::vector<Clip> wanted;
    for (Clip clip; line >> clip.begin >> clip.end >> clip.speed;) wanted.push_back(clip);
    const auto clips =
        MakeCompatClips(OfBits(bits), options, timebase, static_cast<std::int64_t>(bits.size()));
    ASSERT_TRUE(clips) << clips.error().message;
    ASSERT_EQ(Text(*clips), Text(wanted)) << line.str();
  }
}

TEST(CompatRules, EndsWhereSmoothingTurnsInACircle) {
  // Every run is too short, so each round turns all of it.
  CutRuleOptions options;
  options.margin_before_s = options.margin_after_s = 0;
  const auto clips = MakeCompatClips(OfBits("00100"), options, {30, 1}, 5);
  ASSERT_TRUE(clips);
  EXPECT_EQ(Text(*clips), "2 3 1 ");
}

TEST(CompatRules, TakesTheTimebaseOfAutoEditor) {
  EXPECT_EQ(CompatTimebase(std::nullopt), (Timebase{30, 1}));
  EXPECT_EQ(CompatTimebase(Timebase{0, 1}), (Timebase{30, 1}));
  EXPECT_EQ(CompatTimebase(Timebase{25, 1}), (Timebase{25, 1}));
  EXPECT_EQ(CompatTimebase(Timebase{30000, 1001}), (Timebase{30000, 1001}));
  EXPECT_EQ(CompatTimebase(Timebase{2997, 100}), (Timebase{30000, 1001}));
  EXPECT_EQ(CompatTimebase(Timebase{2398, 100}), (Timebase{24000, 1001}));
  EXPECT_EQ(CompatTimebase(Timebase{60000, 1001}), (Timebase{60000, 1001}));
  EXPECT_EQ(CompatTimebase(Timebase{27345, 1000}), (Timebase{547, 20}));
}

TEST(CompatRules, RefusesWhatAutoEditorDoesNotHave) {
  CutRuleOptions options;
  options.max_pause_s = 1;
  EXPECT_FALSE(MakeCompatClips({}, options, {30, 1}, 100));
}

}  // namespace
}  // namespace tidemark::edit
