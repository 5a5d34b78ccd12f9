#include "edit/manual_range.h"

#include <gtest/gtest.h>

#include <span>
#include <string>

namespace tidemark::edit {
namespace {

using Action = ManualAction;

// 100 s.
constexpr Timebase kFrames{25, 1};
constexpr std::int64_t kTicks = 2500;

Result<std::vector<PlacedRange>> Place(std::initializer_list<ManualRange> ranges,
                                       Timebase timebase = kFrames, std::int64_t n_ticks = kTicks) {
  const std::vector<ManualRange> list(ranges);
  return PlaceManualRanges(list, 1, timebase, n_ticks);
}

ManualRange Parsed(std::string_view text, Action action = Action::kKeep,
                   BareNumber bare = BareNumber::kSeconds) {
  const auto range = ParseManualRange(text, action, bare);
  EXPECT_TRUE(range) << range.error().message;
  return range.value_or(ManualRange{});
}

Range Placed(std::string_view text, BareNumber bare = BareNumber::kSeconds) {
  const auto placed = Place({Parsed(text, Action::kKeep, bare)});
  EXPECT_TRUE(placed) << placed.error().message;
  return placed && placed->size() == 1 ? placed->front().range : Range{};
}

TEST(ManualRange, ReadsSecondsClocksPercentAndFrames) {
  EXPECT_EQ(Placed("start,end"), (Range{0, 2500}));
  EXPECT_EQ(Placed("1,2.2s"), (Range{25, 55}));
  EXPECT_EQ(Placed("250ms,1min"), (Range{6, 1500}));
  EXPECT_EQ(Placed("2secs,1minute"), (Range{50, 1500}));
  EXPECT_EQ(Placed("0:10,1:02.04"), (Range{250, 1551}));
  EXPECT_EQ(Placed("00:00:01:05,10%"), (Range{30, 250}));
  EXPECT_EQ(Placed("7f,50%"), (Range{7, 1250}));
  EXPECT_EQ(Placed("7,50", BareNumber::kFrames), (Range{7, 50}));
  EXPECT_EQ(Placed("7,50s", BareNumber::kFrames), (Range{7, 1250}));
}

TEST(ManualRange, CountsNegativeMomentsFromTheEnd) {
  EXPECT_EQ(Placed("-10,end"), (Range{2250, 2500}));
  EXPECT_EQ(Placed("-50%,-25f"), (Range{1250, 2475}));
  EXPECT_EQ(Placed("-1h,5"), (Range{0, 125}));
  EXPECT_EQ(Placed("90,1h"), (Range{2250, 2500}));
}

TEST(ManualRange, CountsATimecodeInWholeFrames) {
  // 0:10 of a 29.97 Hz timecode is frame 300.
  const auto placed = Place({Parsed("00:00:10:00,end")}, {30000, 1001}, 3000);
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->front().range.begin, 300);
}

TEST(ManualRange, ComesInOrderWithItsSpeeds) {
  const auto placed = Place(
      {Parsed("50,60,1.5", Action::kSetSpeed), Parsed("10,20"), Parsed("20,30", Action::kCut)});
  ASSERT_TRUE(placed);
  ASSERT_EQ(placed->size(), 3U);
  EXPECT_EQ((*placed)[0].speed, 1.0);
  EXPECT_EQ((*placed)[1].speed, std::nullopt);
  EXPECT_EQ((*placed)[2].speed, 1.5);
  EXPECT_EQ((*placed)[2].range, (Range{1250, 1500}));
}

TEST(ManualRange, RefusesTextThatIsNoRange) {
  for (const std::string_view text :
       {"", "1", "1,2,3", "a,b", "1,", ",2", "--1,2", "101%,end", "1.5f,2", "1:2:3:4:5,end",
        "0:0:1:1.5,end", "-start,end", "1e3,2000", "nan,2", "1,2x"}) {
    const auto range = ParseManualRange(text, Action::kCut);
    ASSERT_FALSE(range) << text;
    EXPECT_EQ(range.error().code, ErrorCode::kUsage);
    EXPECT_TRUE(range.error().message.starts_with("--cut ")) << range.error().message;
  }
  for (const std::string_view text : {"1,2", "1,2,0", "1,2,-1", "1,2,x", "1,2,3,4", "1,2,1001"}) {
    EXPECT_FALSE(ParseManualRange(text, Action::kSetSpeed)) << text;
  }
}

TEST(ManualRange, RefusesRangesThatLieNowhere) {
  const struct {
    std::string_view text;
    std::string_view part;
  } cases[] = {{"20,10", "ends before it starts"},   {"10,10", "nothing lies between"},
               {"100,200", "starts behind the end"}, {"end,start", "ends before it starts"},
               {"-5,-10", "ends before it starts"},  {"0:0:0:25,end", "only 25 frames"},
               {"-200,-150", "nothing lies between"}};
  for (const auto& c : cases) {
    const auto placed = Place({Parsed(c.text)});
    ASSERT_FALSE(placed) << c.text;
    EXPECT_EQ(placed.error().code, ErrorCode::kUsage);
    EXPECT_NE(placed.error().message.find(c.part), std::string::npos) << placed.error().message;
  }
}

TEST(ManualRange, RefusesRangesThatOverlapAndNamesBoth) {
  const auto placed = Place({Parsed("10,20"), Parsed("5,10.04", Action::kCut)});
  ASSERT_FALSE(placed);
  EXPECT_EQ(placed.error().code, ErrorCode::kUsage);
  EXPECT_EQ(placed.error().message,
            "--cut 5,10.04 and --keep 10,20 overlap; say one thing of each moment");
}

TEST(ManualRange, RefusesFramesWhereThereIsNoVideo) {
  EXPECT_FALSE(Place({Parsed("10f,20")}, {44100, 1}, 44100 * 60));
  EXPECT_TRUE(Place({Parsed("10,20")}, {44100, 1}, 44100 * 60));
}

TEST(ManualRange, TakesAMomentOfAnyNumberOfDigits) {
  const std::string far(80, '9');
  int n_taken = 0;
  for (const std::string& end : {far + ":01:01:03", far + "f", far + "%", far + "s"}) {
    const auto range = ParseManualRange("0," + end, ManualAction::kCut);
    if (!range) continue;  // refused as it is
    ++n_taken;
    const auto placed = PlaceManualRanges(std::span(&*range, 1), 1, {30, 1}, 1000);
    ASSERT_TRUE(placed) << placed.error().message;
    EXPECT_EQ(placed->front().range, (Range{0, 1000})) << end;
  }
  EXPECT_GT(n_taken, 0);
}

}  // namespace
}  // namespace tidemark::edit
