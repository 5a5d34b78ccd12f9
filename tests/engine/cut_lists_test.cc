#include "engine/cut_lists.h"

#include <gtest/gtest.h>

#include <string_view>

#include "edit/cut_rules.h"
#include "edit/range_list.h"

namespace tidemark::engine {
namespace {

constexpr std::size_t kList = edit::RangeList::kMaxBytes;
constexpr std::size_t kSlack = 8 * memory::kListBlockBytes;

// `heard`: the list of a detector for each term of `text`.
std::size_t BytesOf(std::string_view text, const std::vector<std::vector<std::size_t>>& heard) {
  CutRules rules;
  const auto rule = edit::ParseEditRule(text);
  EXPECT_TRUE(rule) << text;
  rules.rule = rule.value_or(edit::EditRule());
  return CutListBytes(rules, heard);
}

TEST(CutLists, NeedOfOneTermWhatItsClipsTake) {
  const std::size_t clips = edit::MakeClipsBytes({});
  EXPECT_EQ(BytesOf("audio", {{0}}), clips);
  EXPECT_EQ(BytesOf("none", {}), clips);
  EXPECT_LT(clips, 2 * kList);
}

TEST(CutLists, NeedAListForEachDetectorAndOneForEachCopy) {
  const auto expect_lists = [](std::size_t n, std::size_t bytes) {
    EXPECT_GE(bytes, n * kList);
    EXPECT_LE(bytes, n * kList + kSlack);
  };
  expect_lists(2, BytesOf("audio and speech", {{0}, {1}}));
  expect_lists(3, BytesOf("audio and speech", {{0, 1}, {2}}));
  // The first is wanted again: two detectors and a copy.
  expect_lists(3, BytesOf("audio or speech and audio", {{0}, {1}}));
  expect_lists(4, BytesOf("audio or audio or audio or speech", {{0}, {1}}));
  expect_lists(2, BytesOf("beats and audio", {{}, {0}}));
}

TEST(CutLists, NeedTwoMoreToSmoothAsAutoEditor) {
  CutRules rules;
  rules.compat_auto_editor = true;
  const std::vector<std::vector<std::size_t>> heard = {{0}};
  EXPECT_GE(CutListBytes(rules, heard), 3 * kList);
  EXPECT_LE(CutListBytes(rules, heard), 3 * kList + kSlack);
}

}  // namespace
}  // namespace tidemark::engine
