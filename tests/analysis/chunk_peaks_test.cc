#include "analysis/chunk_peaks.h"

#include <gtest/gtest.h>

#include "tests/analysis/level_signals.h"
#include "tests/edit/auto_editor_cases.h"

namespace tidemark::analysis {
namespace {

// Runs and counts, as text.
std::string Found(const ChunkPeaksOptions& options, int rate_hz, test::Planes planes) {
  const StreamFormat format{rate_hz, static_cast<int>(planes.size()), 0};
  auto arena = memory::Arena::Create(ChunkPeaksAnalyzer::PlanBytes(options, format));
  auto analyzer = ChunkPeaksAnalyzer::Create(options, format, *arena);
  EXPECT_TRUE(analyzer) << analyzer.error().message;
  std::ostringstream text;
  std::array<ChunkRun, ChunkPeaksAnalyzer::kMaxPending> out;
  test::RunAnalyzer(**analyzer, std::move(planes), [&] {
    const std::size_t n = (*analyzer)->Drain(out);
    for (std::size_t i = 0; i < n; ++i) text << out[i].begin << '-' << out[i].end << ' ';
  });
  text << "of " << (*analyzer)->result().n_chunks;
  return text.str();
}

TEST(ChunkPeaks, FindsTheLoudFramesOfAutoEditor) {
  std::vector<std::istringstream> cases = test::AutoEditorCases("chunks");
  ASSERT_GE(cases.size(), 40U);
  for (std::istringstream& line : cases) {
    ChunkPeaksOptions options;
    int rate_hz = 0;
    std::size_t n_frames = 0;
    std::size_t n_chunks = 0;
    std::size_t n_samples = 0;
    line >> rate_hz >> options.timebase.num >> options.timebase.den >> options.threshold >>
        n_frames >> n_chunks >> n_samples;
    ASSERT_TRUE(line);
    test::Planes planes(2, test::Plane(n_frames));
    for (; n_samples > 0; --n_samples) {
      std::size_t at = 0;
      std::size_t channel = 0;
      float value = 0;
      line >> at >> channel >> value;
      planes.at(channel).at(at) = value / 32768;
    }
    std::ostringstream wanted;
    for (ChunkRun run; line >> run.begin >> run.end;) wanted << run.begin << '-' << run.end << ' ';
    wanted << "of " << n_chunks;
    ASSERT_EQ(Found(options, rate_hz, std::move(planes)), wanted.str())
        << rate_hz << " Hz, " << options.timebase.num << '/' << options.timebase.den;
  }
}

TEST(ChunkPeaks, CallsAChunkLoudFrom1311OnByDefault) {
  test::Plane plane(3 * 1470);
  plane[10] = 1310.4F / 32768;
  plane[1480] = -1311.0F / 32768;
  plane[3000] = -1.5F;
  EXPECT_EQ(Found({}, 44100, {plane}), "1-3 of 3");
}

TEST(ChunkPeaks, LooksAtOneChannelWhereAsked) {
  test::Planes planes(2, test::Plane(44100));
  planes[1][0] = 1;
  ChunkPeaksOptions options;
  EXPECT_EQ(Found(options, 44100, planes), "0-1 of 30");
  options.channel = 0;
  EXPECT_EQ(Found(options, 44100, planes), "of 30");
}

TEST(ChunkPeaks, CallsEverythingLoudAtAThresholdOfNothing) {
  ChunkPeaksOptions options;
  options.threshold = 0;
  EXPECT_EQ(Found(options, 48000, {test::Plane(4000)}), "0-3 of 3");
  EXPECT_EQ(Found(options, 48000, {test::Plane{}}), "of 0");
}

TEST(ChunkPeaks, CountsMissingFramesAsSilence) {
  const StreamFormat format{48000, 1, 0};
  auto arena = memory::Arena::Create(0);
  auto analyzer = ChunkPeaksAnalyzer::Create({}, format, *arena);
  std::vector<float> ones(1024, 1.0F);
  float* plane = ones.data();
  const AudioBlock block({&plane, 1}, ones.size());
  std::array<ChunkRun, ChunkPeaksAnalyzer::kMaxPending> out;
  (*analyzer)->Push(block);
  (*analyzer)->Gap(16'000);
  ASSERT_EQ((*analyzer)->Drain(out), 1U);
  EXPECT_EQ(out[0].end, 1);
  (*analyzer)->Push(block);
  (*analyzer)->Finish();
  ASSERT_EQ((*analyzer)->Drain(out), 1U);
  EXPECT_EQ(out[0].begin, 10);
  EXPECT_EQ((*analyzer)->result().n_chunks, 11);
}

TEST(ChunkPeaks, RefusesOptionsThatMakeNoSense) {
  const StreamFormat format{44100, 2, 0};
  auto arena = memory::Arena::Create(0);
  ChunkPeaksOptions threshold;
  threshold.threshold = 1.1;
  EXPECT_FALSE(ChunkPeaksAnalyzer::Create(threshold, format, *arena));
  ChunkPeaksOptions channel;
  channel.channel = 2;
  EXPECT_FALSE(ChunkPeaksAnalyzer::Create(channel, format, *arena));
  ChunkPeaksOptions timebase;
  timebase.timebase = {44100, 1};
  EXPECT_FALSE(ChunkPeaksAnalyzer::Create(timebase, format, *arena));
}

}  // namespace
}  // namespace tidemark::analysis
