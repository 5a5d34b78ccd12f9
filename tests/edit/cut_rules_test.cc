#include "edit/cut_rules.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

namespace tidemark::edit {
namespace {

// Ten ticks a second: lengths in the options read as tenths.
constexpr Timebase kTenths{10, 1};
constexpr std::int64_t kTicks = 100;

using Clips = std::vector<Clip>;

RangeList List(std::initializer_list<Range> ranges) {
  RangeList list;
  for (const Range& range : ranges) EXPECT_TRUE(list.Append(range));
  return list;
}

CutRuleOptions Plain() {
  CutRuleOptions options;
  options.margin_before_s = options.margin_after_s = 0;
  options.min_cut_s = options.min_clip_s = 0;
  return options;
}

Clips Made(const RangeList& loud, const CutRuleOptions& options, std::int64_t n_ticks = kTicks) {
  const auto clips = MakeClips(loud, options, kTenths, n_ticks);
  EXPECT_TRUE(clips) << clips.error().message;
  return clips.value_or(Clips{});
}

ManualRange Manual(std::string_view text, ManualAction action) {
  const auto range = ParseManualRange(text, action);
  EXPECT_TRUE(range) << range.error().message;
  return range.value_or(ManualRange{});
}

TEST(CutRules, KeepsWhatIsLoud) {
  EXPECT_EQ(Made(List({{10, 20}, {30, 200}}), Plain()), (Clips{{10, 20, 1}, {30, 100, 1}}));
  EXPECT_EQ(Made(RangeList::Whole(kTicks), {}), (Clips{{0, 100, 1}}));
  EXPECT_TRUE(Made({}, {}).empty());
  EXPECT_TRUE(Made(List({{0, 5}}), {}, 0).empty());
}

TEST(CutRules, AppliesMarginsThenShortestClipThenShortestCut) {
  CutRuleOptions options;
  options.margin_before_s = 0.1;
  options.margin_after_s = 0.2;
  options.min_clip_s = 0.6;
  options.min_cut_s = 0.5;
  // [24, 28) is too short, and would have closed the gap.
  EXPECT_EQ(Made(List({{10, 20}, {25, 26}, {30, 40}}), options), (Clips{{9, 22, 1}, {29, 42, 1}}));
  EXPECT_EQ(Made(List({{10, 20}, {27, 40}}), options), (Clips{{9, 42, 1}}));
  EXPECT_EQ(Made(List({{4, 20}, {60, 95}}), options), (Clips{{0, 22, 1}, {59, 100, 1}}));
}

TEST(CutRules, HasNoMarginsByDefaultWhereTheBeatGridRules) {
  EXPECT_EQ(DefaultCutRules(EditRule()).margin_before_s, 0.2);
  const CutRuleOptions options = DefaultCutRules(*ParseEditRule("beats:every=4 and audio"));
  EXPECT_EQ(options.margin_before_s, 0);
  EXPECT_EQ(options.min_cut_s, 0);
}

TEST(CutRules, ShortensLongPausesAtTheirMiddle) {
  CutRuleOptions options = Plain();
  options.max_pause_s = 0.5;
  // Pauses of 10 (start), 5, 20, 30 (end).
  EXPECT_EQ(Made(List({{10, 20}, {25, 30}, {50, 70}}), options), (Clips{{5, 33, 1}, {48, 75, 1}}));
}

TEST(CutRules, CountsMarginsAsPartOfThePause) {
  CutRuleOptions options = Plain();
  options.margin_before_s = 0.1;
  options.margin_after_s = 0.2;
  options.max_pause_s = 0.7;
  // Of the 20 between the sounds 7 are left.
  const Clips clips = Made(List({{0, 30}, {50, 100}}), options);
  EXPECT_EQ(clips, (Clips{{0, 34, 1}, {47, 100, 1}}));
  options.max_pause_s = 0.1;  // shorter than the margins, which become so too
  EXPECT_EQ(Made(List({{0, 30}, {50, 100}}), options), (Clips{{0, 31, 1}, {50, 100, 1}}));
  options.max_pause_s = 0;
  EXPECT_EQ(Made(List({{0, 30}, {50, 100}}), options), (Clips{{0, 30, 1}, {50, 100, 1}}));
}

TEST(CutRules, KeepsAllOfWhatIsLoudFromEndToEndHoweverShort) {
  CutRuleOptions options = Plain();
  options.min_clip_s = 30;
  EXPECT_EQ(Made(List({{0, 100}}), options), (Clips{{0, 100, 1}}));
  EXPECT_EQ(Made(List({{0, 99}}), options), Clips{});
}

TEST(CutRules, TakesNothingFromAPauseThatIsHardlyTooLong) {
  CutRuleOptions options = Plain();
  options.min_cut_s = 0.3;
  options.max_pause_s = 0.7;
  EXPECT_EQ(Made(List({{0, 30}, {39, 100}}), options), (Clips{{0, 100, 1}}));
  EXPECT_EQ(Made(List({{0, 30}, {40, 100}}), options), (Clips{{0, 34, 1}, {37, 100, 1}}));
}

TEST(CutRules, PlaysSilenceFasterInsteadOfCuttingIt) {
  CutRuleOptions options = Plain();
  options.silent_speed = 4;
  options.loud_speed = 1.5;
  EXPECT_EQ(Made(List({{10, 20}, {60, 100}}), options),
            (Clips{{0, 10, 4}, {10, 20, 1.5}, {20, 60, 4}, {60, 100, 1.5}}));
  // A clip that would take no tick in the output falls away: [5, 7) at 4 from 2 to 2.
  EXPECT_EQ(Made(List({{0, 5}, {7, 100}}), options), (Clips{{0, 5, 1.5}, {7, 100, 1.5}}));
  EXPECT_EQ(Made({}, options), (Clips{{0, 100, 4}}));
}

TEST(CutRules, LetsManualRangesHaveTheLastWord) {
  CutRuleOptions options = Plain();
  options.manual = {Manual("8,end", ManualAction::kCut), Manual("0,0.5", ManualAction::kKeep),
                    Manual("1.5,3,2", ManualAction::kSetSpeed)};
  EXPECT_EQ(Made(List({{10, 20}, {60, 100}}), options),
            (Clips{{0, 5, 1}, {10, 15, 1}, {15, 30, 2}, {60, 80, 1}}));
  options.silent_speed = 4;
  EXPECT_EQ(Made(List({{10, 20}, {60, 100}}), options),
            (Clips{{0, 5, 1}, {5, 10, 4}, {10, 15, 1}, {15, 30, 2}, {30, 60, 4}, {60, 80, 1}}));
}

TEST(CutRules, JoinsNeighboursOfTheSameSpeed) {
  CutRuleOptions options = Plain();
  options.loud_speed = 2;
  options.manual = {Manual("2,4", ManualAction::kKeep), Manual("4,5,2", ManualAction::kSetSpeed)};
  EXPECT_EQ(Made(List({{10, 30}}), options), (Clips{{10, 50, 2}}));
}

TEST(CutRules, RefusesWhatIsOutOfRangeAndNamesTheOption) {
  const auto message = [](const CutRuleOptions& options) {
    const auto clips = MakeClips({}, options, kTenths, kTicks);
    EXPECT_FALSE(clips);
    return clips ? std::string() : clips.error().message;
  };
  CutRuleOptions options;
  options.min_cut_s = -1;
  EXPECT_EQ(message(options), "--min-cut must be 0 to 86400 s");
  options = {};
  options.margin_after_s = 1e6;
  EXPECT_EQ(message(options), "--margin must be within 86400 s");
  options = {};
  options.silent_speed = 0;
  EXPECT_EQ(message(options), "--silent-speed must be 0.05 to 100");
  options = {};
  options.max_pause_s = std::nan("");
  EXPECT_NE(message(options).find("--max-pause"), std::string::npos);
}

TEST(CutRules, RefusesMoreClipsThanItHolds) {
  RangeList loud;
  for (std::size_t i = 0; i < RangeList::kMaxRanges; ++i) {
    const auto begin = static_cast<std::int64_t>(2 * i);
    ASSERT_TRUE(loud.Append({begin, begin + 1}));
  }
  CutRuleOptions options = Plain();
  options.silent_speed = 1.5;
  const auto clips = MakeClips(loud, options, {48000, 1}, std::int64_t{1} << 30);
  ASSERT_FALSE(clips);
  EXPECT_NE(clips.error().message.find("--min-cut"), std::string::npos);
}

TEST(CutRules, LeavesNeitherClipsNorCutsThatAreTooShort) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    RangeList loud;
    std::int64_t at = 0;
    while (at < kTicks) {
      const auto begin = at + static_cast<std::int64_t>(random() % 9);
      at = begin + 1 + static_cast<std::int64_t>(random() % 9);
      ASSERT_TRUE(loud.Append({begin, at}));
    }
    CutRuleOptions options;
    options.margin_before_s = static_cast<double>(random() % 7) / 10 - 0.3;
    options.margin_after_s = static_cast<double>(random() % 7) / 10 - 0.3;
    options.min_clip_s = static_cast<double>(random() % 8) / 10;
    const auto min_cut = static_cast<std::int64_t>(random() % 8);
    options.min_cut_s = static_cast<double>(min_cut) / 10;
    std::int64_t last_end = 0;
    const Clips clips = Made(loud, options);
    for (const Clip& clip : clips) {
      EXPECT_TRUE(clip.begin == last_end || clip.begin - last_end >= min_cut);
      EXPECT_GE(static_cast<double>(clip.end - clip.begin), 10 * options.min_clip_s - 0.01);
      last_end = clip.end;
    }
    if (!clips.empty()) {
      EXPECT_TRUE(last_end == kTicks || kTicks - last_end >= min_cut);
    }
  }
}

}  // namespace
}  // namespace tidemark::edit
