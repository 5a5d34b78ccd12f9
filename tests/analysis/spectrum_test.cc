#include "analysis/spectrum.h"

#include <gtest/gtest.h>

#include "tests/analysis/spectral_run.h"

namespace tidemark::analysis {
namespace {

TEST(SpectralAnalyzer, PlansExactlyWhatItTakesForEveryFormat) {
  for (const int rate_hz : {4'000, 7'350, 10'000, 10'001, 44'100, 192'000, 768'000}) {
    for (const int channels : {1, 2, 64}) {
      for (const bool dominant : {false, true}) {
        const SpectralOptions options{.tuning = !dominant || channels == 2, .dominant = dominant};
        const StreamFormat format{rate_hz, channels, 0};
        SpectralRun run(options, format);
        EXPECT_LT(SpectralAnalyzer::PlanBytes(options, format), 512U * 1024U);
      }
    }
  }
}

TEST(SpectralAnalyzer, RefusesRangesAndReferencesThatMakeNoSense) {
  auto arena = memory::Arena::Create(1 << 20);
  const StreamFormat format{44'100, 2, 0};
  for (const SpectralOptions& options :
       {SpectralOptions{.fmin_hz = -1}, SpectralOptions{.fmin_hz = 500, .fmax_hz = 100},
        SpectralOptions{.references_hz = {0}}, SpectralOptions{.fmin_hz = std::nan("")}}) {
    const auto analyzer = SpectralAnalyzer::Create(options, format, *arena);
    ASSERT_FALSE(analyzer);
    EXPECT_EQ(analyzer.error().code, ErrorCode::kUsage);
  }
}

TEST(SpectralAnalyzer, GivesOnlyWhatWasAskedFor) {
  Channels channels = {Sampled(44'100, 2, Tone(440, 0.3))};
  SpectralRun tuning({.dominant = false}, {44'100, 1, 0});
  tuning.Push(channels);
  EXPECT_TRUE(tuning.Finish().tuning());
  EXPECT_FALSE(tuning.Finish().dominant());
  SpectralRun dominant({.tuning = false}, {44'100, 1, 0});
  dominant.Push(channels);
  EXPECT_FALSE(dominant.Finish().tuning());
  EXPECT_TRUE(dominant.Finish().dominant());
}

TEST(SpectralAnalyzer, ForgetsNothingOverManyGaps) {
  SpectralRun run({}, {44'100, 1, 0});
  for (int i = 0; i < 8; ++i) {
    Channels piece = {Sampled(44'100, 1.2, Tone(440, 0.3))};
    run.Push(piece);
    run.Gap();
  }
  const SpectralAnalyzer& result = run.Finish();
  ASSERT_TRUE(result.tuning() && result.dominant());
  EXPECT_NEAR(result.tuning()->cents, 0, 0.05);
  EXPECT_LT(std::abs(CentsApart(result.dominant()->hz, 440)), 0.05);
  EXPECT_NEAR(result.dominant()->level_dbfs, -10.46, 0.1);
}

}  // namespace
}  // namespace tidemark::analysis
