#include "engine/range_plan.h"

#include <gtest/gtest.h>

#include "tests/engine/range_options.h"
#include "tests/io/fake_source.h"

namespace tidemark::engine {
namespace {

using io::FakeSource;

io::SourceInfo TenMinutes(bool seekable = true) { return FakeSource(600'000, 2, seekable).info(); }

TEST(RangePlan, ReadsToTheEndByDefaultWhateverTheHeaderSays) {
  const auto plan = RangePlan::Create({}, TenMinutes()).value();
  EXPECT_EQ(plan.n_ranges(), 1);
  EXPECT_EQ(plan.Range(0).start, 0);
  EXPECT_EQ(plan.Range(0).n_frames, kToTheEnd);
  EXPECT_EQ(plan.TotalFrames(), std::nullopt);
}

TEST(RangePlan, CutsADurationAtTheStatedEnd) {
  const auto plan = RangePlan::Create(Part(590, 60), TenMinutes()).value();
  EXPECT_EQ(plan.Range(0).start, 590'000);
  EXPECT_EQ(plan.Range(0).n_frames, 10'000);
}

TEST(RangePlan, SpreadsASampleEvenlyInPiecesThatDoNotTouch) {
  const auto plan = RangePlan::Create(Sampled(60), TenMinutes()).value();
  ASSERT_EQ(plan.n_ranges(), 12);
  EXPECT_TRUE(plan.sampled());
  EXPECT_EQ(plan.TotalFrames(), 60'000);
  std::int64_t last_end = -1;
  for (std::int64_t i = 0; i < plan.n_ranges(); ++i) {
    const FrameRange range = plan.Range(i);
    EXPECT_EQ(range.n_frames, 5'000);
    EXPECT_GT(range.start, last_end);
    EXPECT_NEAR(static_cast<double>(range.start + 2'500), (static_cast<double>(i) + 0.5) * 50'000,
                1);
    last_end = range.start + range.n_frames;
  }
  EXPECT_LE(last_end, 600'000);
}

TEST(RangePlan, ReadsAllOfAFileShorterThanTheSample) {
  const auto plan = RangePlan::Create(Sampled(3600), TenMinutes()).value();
  EXPECT_FALSE(plan.sampled());
  EXPECT_EQ(plan.TotalFrames(), 600'000);
}

TEST(RangePlan, RefusesToSampleWhatCannotBeSeeked) {
  const auto plan = RangePlan::Create(Sampled(60), TenMinutes(false));
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kUsage);
  EXPECT_NE(plan.error().message.find("--sample"), std::string::npos);
}

TEST(RangePlan, RefusesAStartBehindTheEnd) {
  const auto plan = RangePlan::Create(StartAt(600), TenMinutes());
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kUsage);
}

TEST(RangePlan, SurvivesAbsurdTimes) {
  const auto plan = RangePlan::Create(Part(0, 1e300), TenMinutes()).value();
  EXPECT_EQ(plan.Range(0).n_frames, 600'000);
}

}  // namespace
}  // namespace tidemark::engine
