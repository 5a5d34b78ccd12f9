#include "engine/analyze.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <numbers>
#include <vector>

#include "memory/heap.h"
#include "tests/io/test_files.h"

namespace tidemark::engine {
namespace {

constexpr int kRate = 22050;

// Three notes with rests between them, on two channels.
std::vector<float> Notes() {
  std::vector<float> samples;
  for (int i = 0; i < 3 * kRate; ++i) {
    const double t = static_cast<double>(i) / kRate;
    const double in_second = t - std::floor(t);
    const double level = in_second < 0.5 ? 0.3 : 0.0;
    const double hz = 220 * (1 + std::floor(t) / 2);
    const auto sample = static_cast<float>(level * std::sin(2 * std::numbers::pi * hz * t));
    samples.push_back(sample);
    samples.push_back(-sample);
  }
  return samples;
}

// Decaying bursts at 120 beats a minute, every fourth one louder.
std::vector<float> Clicks(int n_seconds) {
  std::vector<float> samples(static_cast<std::size_t>(n_seconds * kRate));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::size_t in_beat = i % (kRate / 2);
    const double level = i / (kRate / 2) % 4 == 0 ? 0.8 : 0.4;
    const double t = static_cast<double>(in_beat) / kRate;
    samples[i] =
        static_cast<float>(level * std::exp(-40 * t) * std::sin(2 * std::numbers::pi * 1000 * t));
  }
  return samples;
}

class AnalyzeRunTest : public ::testing::Test {
 protected:
  AnalyzeRunTest() { testing::WriteWav(wav_, testing::WavFormat::kS16, 2, kRate, Notes()); }
  void TearDown() override { memory::Budget(std::nullopt).Lift(); }

  Result<Report> RunAll(const std::string& path, const AnalyzeOptions& options) {
    std::unique_ptr<AnalyzeRun> run;
    TM_TRY_ASSIGN(run, AnalyzeRun::Open(path, options, cancellation_));
    TM_TRY(run->Start());
    for (;;) {
      AnalyzeRun::Step step;
      TM_TRY_ASSIGN(step, run->Next());
      for (const analysis::Interval& interval : step.new_intervals) {
        intervals_.push_back(interval.start_s);
      }
      for (const analysis::Beat& beat : step.new_beats) beats_.push_back(beat.time_s);
      for (const analysis::TempoPoint& point : step.new_tempo) tempo_.push_back(point.bpm);
      if (step.done) return run->Finish();
    }
  }

  // So that what the test keeps is not counted.
  void Reserve() {
    for (auto* found : {&intervals_, &beats_, &tempo_}) found->reserve(64);
  }

  // As the command does: bad_alloc is the failure of the file.
  Result<Report> RunGuarded(const std::string& path, const AnalyzeOptions& options) {
    try {
      return RunAll(path, options);
    } catch (const std::bad_alloc&) {
      return Fail(ErrorCode::kMemory, "bad_alloc");
    }
  }

  void FailEveryAllocation(const std::string& path, AnalyzeOptions options) {
    Reserve();
    const auto first = RunGuarded(path, options);
    ASSERT_TRUE(first) << first.error().message;  // libraries fill their caches for good
    const std::uint64_t live_before = memory::ReadHeap().live_bytes;
    std::uint64_t n = 1;
    for (;; ++n) {
      ASSERT_LT(n, 10'000U);
      for (auto* found : {&intervals_, &beats_, &tempo_}) found->clear();
      memory::FailAllocation(n);
      const auto report = RunGuarded(path, options);
      const bool reached = memory::AllocationFailed();
      memory::FailAllocation(0);
      if (!reached) {
        EXPECT_TRUE(report) << report.error().message;
        break;
      }
      EXPECT_TRUE(report || report.error().code == ErrorCode::kMemory)
          << n << ": " << report.error().message;
    }
    EXPECT_GT(n, 10U);
    EXPECT_LE(memory::ReadHeap().live_bytes, live_before + 512);
  }

  testing::TempDir dir_;
  std::string wav_ = dir_ / "notes.wav";
  Cancellation cancellation_;
  std::vector<double> intervals_;
  std::vector<double> beats_;
  std::vector<double> tempo_;
};

TEST_F(AnalyzeRunTest, MeasuresWhatIsInTheFile) {
  const auto report = RunAll(wav_, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_DOUBLE_EQ(report->file.duration_s, 3.0);
  EXPECT_EQ(report->file.source.stream.channels, 2);
  EXPECT_EQ(report->activity->n_intervals, 3);
  EXPECT_EQ(intervals_.size(), 3U);
  EXPECT_TRUE(report->dominant.has_value());
  EXPECT_LT(report->loudness->integrated_lufs.value(), 0);
}

TEST_F(AnalyzeRunTest, HandsUpEveryBeatAndTempoPointOnTheWay) {
  const std::string clicks = dir_ / "clicks.wav";
  testing::WriteWav(clicks, testing::WavFormat::kS16, 1, kRate, Clicks(30));
  for (const int n_threads : {1, 2}) {
    for (auto* found : {&intervals_, &beats_, &tempo_}) found->clear();
    AnalyzeOptions options;
    options.n_threads = n_threads;
    const auto report = RunAll(clicks, options);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_NEAR(report->tempo->bpm, 120, 1);
    EXPECT_GT(beats_.size(), 40U);
    EXPECT_EQ(report->beats->result.count, static_cast<std::int64_t>(beats_.size()));
    EXPECT_TRUE(std::is_sorted(beats_.begin(), beats_.end()));
    EXPECT_FALSE(tempo_.empty());
    EXPECT_GT(report->beats->latency_s, 0);
    EXPECT_LE(report->beats->latency_s, analysis::RhythmAnalyzer::kLatency_s);
  }
}

TEST_F(AnalyzeRunTest, KeepsTempoAndBeatsApart) {
  AnalyzeOptions options;
  options.features = FeatureSet::Parse("tempo").value();
  const std::string clicks = dir_ / "clicks.wav";
  testing::WriteWav(clicks, testing::WavFormat::kS16, 1, kRate, Clicks(30));
  auto report = RunAll(clicks, options);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->tempo);
  EXPECT_FALSE(report->beats);
  EXPECT_TRUE(beats_.empty());
  tempo_.clear();
  options.features = FeatureSet::Parse("beats").value();
  report = RunAll(clicks, options);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->tempo);
  EXPECT_TRUE(report->beats);
  EXPECT_TRUE(tempo_.empty());
}

TEST_F(AnalyzeRunTest, AllocatesNothingBetweenTheFirstAndTheLastBlock) {
  for (const int n_threads : {1, 2}) {
    AnalyzeOptions options;
    options.n_threads = n_threads;
    options.features = FeatureSet::Parse("all").value();
    options.waveform_path = dir_ / "peaks.dat";
    options.click_path = dir_ / "click.wav";
    Reserve();
    EXPECT_EQ(RunAll(wav_, options)->memory.allocations, 0U);
  }
}

TEST_F(AnalyzeRunTest, HasAPlanWhoseRowsOfOursAreTakenExactly) {
  const auto run = AnalyzeRun::Open(wav_, {}, cancellation_).value();
  const std::uint64_t before = memory::ReadHeap().live_bytes;
  ASSERT_TRUE(run->Start());
  // Besides the arena only small objects are made: analyzers, the feed, FFT plans.
  const std::uint64_t taken = memory::ReadHeap().live_bytes - before;
  const std::uint64_t arena = run->plan().OurBytes() - kDecodeStackBytes;
  EXPECT_GE(taken, arena);
  EXPECT_LE(taken, arena + 64 * 1024);
}

TEST_F(AnalyzeRunTest, FailsCleanlyWhicheverAllocationFails) {
  AnalyzeOptions options;
  options.features = FeatureSet::Parse("all").value();
  options.waveform_path = dir_ / "peaks.json";
  options.click_path = dir_ / "click.wav";
  for (const int n_threads : {1, 2}) {
    options.n_threads = n_threads;
    FailEveryAllocation(wav_, options);
  }
}

TEST_F(AnalyzeRunTest, FailsCleanlyWhicheverAllocationOfADecoderFails) {
  AnalyzeOptions options;
  options.ranges.duration_s = 1;
  FailEveryAllocation(TIDEMARK_SOURCE_DIR "/share/sample_432.flac", options);
}

TEST_F(AnalyzeRunTest, IsRefusedWhereThePlanIsOverTheCeiling) {
  AnalyzeOptions options;
  options.memory_bytes = 4 << 20;
  const auto report = RunAll(wav_, options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kMemory);
}

TEST_F(AnalyzeRunTest, StopsWhenItIsCancelled) {
  const auto run = AnalyzeRun::Open(wav_, {}, cancellation_).value();
  ASSERT_TRUE(run->Start());
  cancellation_.Request();
  const auto step = run->Next();
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kCancelled);
}

TEST_F(AnalyzeRunTest, MayBeDroppedAtAnyMoment) {
  {
    const auto opened = AnalyzeRun::Open(wav_, {}, cancellation_).value();
  }
  const auto started = AnalyzeRun::Open(wav_, {}, cancellation_).value();
  ASSERT_TRUE(started->Start());
  ASSERT_TRUE(started->Next());
}

TEST_F(AnalyzeRunTest, RefusesMoreAudioThanItsLimits) {
  AnalyzeOptions by_duration;
  by_duration.max_duration_s = 2;
  AnalyzeOptions by_ratio;
  by_ratio.max_ratio = 0.5;
  for (const AnalyzeOptions& options : {by_duration, by_ratio}) {
    const auto report = RunAll(wav_, options);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::kBadData);
  }
}

TEST_F(AnalyzeRunTest, SaysThatAFileHoldsNoAudio) {
  const std::string empty = dir_ / "empty.wav";
  testing::WriteWav(empty, testing::WavFormat::kS16, 1, kRate, {});
  const auto report = RunAll(empty, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kBadData);
}

}  // namespace
}  // namespace tidemark::engine
