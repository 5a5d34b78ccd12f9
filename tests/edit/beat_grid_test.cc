#include "edit/beat_grid.h"

#include <gtest/gtest.h>

#include <vector>

namespace tidemark::edit {
namespace {

constexpr std::int64_t kTicks = 100;

RangeList List(std::initializer_list<Range> ranges) {
  RangeList list;
  for (const Range& range : ranges) EXPECT_TRUE(list.Append(range));
  return list;
}

// Beats every 5 ticks from 12 to 67, three to a bar, the first a third beat: 12 (3), 17 (1), 22
// (2).
std::vector<GridBeat> Waltz() {
  std::vector<GridBeat> beats;
  for (int i = 0; i < 12; ++i) beats.push_back({12 + 5 * i, (i + 2) % 3 + 1});
  return beats;
}

RangeList OnGrid(std::string_view text, const std::vector<GridBeat>& beats,
                 const RangeList& found = {}) {
  const auto term = ParseEditTerm(text);
  EXPECT_TRUE(term) << text;
  const auto result = OnBeatGrid(*term, found, beats, kTicks);
  EXPECT_TRUE(result) << result.error().message;
  return result.value_or(RangeList{});
}

TEST(BeatGrid, KeepsFromTheFirstBeatToTheEndOfTheLast) {
  EXPECT_EQ(OnGrid("beats", Waltz()), List({{12, 72}}));
  EXPECT_EQ(OnGrid("bars", Waltz()), List({{17, 77}}));
}

TEST(BeatGrid, KeepsBeatsByTheirPlaceInTheBar) {
  EXPECT_EQ(OnGrid("beats:keep=1", Waltz()), List({{17, 22}, {32, 37}, {47, 52}, {62, 67}}));
  EXPECT_EQ(OnGrid("beats:drop=1", Waltz()),
            List({{12, 17}, {22, 32}, {37, 47}, {52, 62}, {67, 72}}));
}

TEST(BeatGrid, CountsGroupsFromTheFirstDownbeat) {
  EXPECT_EQ(OnGrid("beats:every=4", Waltz()), List({{17, 22}, {37, 42}, {57, 62}}));
  EXPECT_EQ(OnGrid("beats:every=4,keep=4", Waltz()), List({{12, 17}, {32, 37}, {52, 57}}));
  EXPECT_EQ(OnGrid("bars:every=2,keep=2", Waltz()), List({{32, 47}, {62, 77}}));
}

TEST(BeatGrid, CountsFromTheFirstBeatWhereNoBarIsKnown) {
  std::vector<GridBeat> beats = Waltz();
  for (GridBeat& beat : beats) beat.position = 0;
  EXPECT_EQ(OnGrid("beats:every=6", beats), List({{12, 17}, {42, 47}}));
}

TEST(BeatGrid, EndsWithTheSource) {
  std::vector<GridBeat> beats = {{80, 1}, {97, 2}};
  EXPECT_EQ(OnGrid("beats", beats), List({{80, 100}}));
  beats.resize(1);
  EXPECT_EQ(OnGrid("beats", beats), List({{80, 100}}));
}

TEST(BeatGrid, MovesEdgesToTheNearestBeat) {
  EXPECT_EQ(OnGrid("audio:snap=beat", Waltz(), List({{20, 31}, {45, 54}})),
            List({{22, 32}, {47, 52}}));
  EXPECT_EQ(OnGrid("speech:snap=bar", Waltz(), List({{20, 31}, {45, 54}})),
            List({{17, 32}, {47, 62}}));
}

TEST(BeatGrid, LeavesEdgesOutsideOfTheMusic) {
  EXPECT_EQ(OnGrid("audio:snap=beat", Waltz(), List({{2, 28}, {60, 95}})),
            List({{2, 27}, {62, 95}}));
  // Between two pieces of music, too.
  std::vector<GridBeat> beats = {{10, 0}, {14, 0}, {18, 0}, {60, 0}, {64, 0}, {68, 0}};
  EXPECT_EQ(OnGrid("audio:snap=beat", beats, List({{13, 40}})), List({{14, 40}}));
}

TEST(BeatGrid, KeepsTheBeatOfARangeWhoseEdgesFallTogether) {
  EXPECT_EQ(OnGrid("audio:snap=beat", Waltz(), List({{23, 24}, {26, 28}, {29, 30}})),
            List({{22, 32}}));
}

TEST(BeatGrid, LeavesTermsWithoutAGridAlone) {
  const RangeList found = List({{3, 4}});
  EXPECT_EQ(OnGrid("audio", {}, found), found);
}

TEST(BeatGrid, SaysThatThereAreNoBeatsOrBars) {
  std::vector<GridBeat> no_bars = {{10, 0}, {20, 0}};
  const struct {
    std::string_view text;
    const std::vector<GridBeat> beats;
    std::string_view part;
  } cases[] = {{"beats", {}, "no beats"},
               {"audio:snap=beat", {}, "no beats"},
               {"bars", no_bars, "no bars"},
               {"beats:keep=1", no_bars, "every=N"}};
  for (const auto& c : cases) {
    const auto result = OnBeatGrid(*ParseEditTerm(c.text), {}, c.beats, kTicks);
    ASSERT_FALSE(result) << c.text;
    EXPECT_EQ(result.error().code, ErrorCode::kBadData);
    EXPECT_NE(result.error().message.find(c.part), std::string::npos) << result.error().message;
  }
}

}  // namespace
}  // namespace tidemark::edit
