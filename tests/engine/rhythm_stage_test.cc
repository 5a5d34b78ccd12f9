#include "engine/rhythm_stage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <thread>
#include <vector>

#include "engine/analyzer_lane.h"

namespace tidemark::engine {
namespace {

constexpr int kRate = 8000;
constexpr StreamFormat kFormat = {.sample_rate_hz = kRate, .channels = 1};

AnalyzeOptions OptionsFor(const char* features) {
  AnalyzeOptions options;
  options.features = FeatureSet::Parse(features).value();
  options.block_frames = 16 * kBlockFrames;
  return options;
}

std::vector<float> Clicks(int n_seconds) {
  std::vector<float> samples(static_cast<std::size_t>(n_seconds * kRate));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double t = static_cast<double>(i % (kRate / 2)) / kRate;
    samples[i] =
        static_cast<float>(0.5 * std::exp(-40 * t) * std::sin(2 * std::numbers::pi * 1000 * t));
  }
  return samples;
}

struct Found {
  std::vector<double> beats;
  std::vector<double> tempo;
};

class RhythmStageTest : public ::testing::Test {
 protected:
  void Make(const char* features) {
    const AnalyzeOptions options = OptionsFor(features);
    Plan plan;
    RhythmStage::AddToPlan(options, kFormat, plan);
    arena_.emplace(
        memory::Arena::Create(plan.OurBytes() + AnalyzerLane::PlanBytes(kFormat.channels)).value());
    stage_ = RhythmStage::Create(options, kFormat, *arena_).value();
    lane_.emplace(kFormat.channels, *arena_);
    lane_->Add(*stage_);
    EXPECT_EQ(arena_->used(), arena_->size());
  }

  void PushAll() {
    float* plane = clicks_.data();
    const ReadBlock block{.audio = AudioBlock({&plane, 1}, clicks_.size())};
    for (std::size_t index = 0; index < AnalyzerLane::n_parts(block); ++index) {
      lane_->PushPart(block, index);
      if (!elsewhere_) Collect();
    }
  }

  void Collect() {
    stage_->BeginStep();
    ASSERT_TRUE(stage_->Collect());
    for (const auto& beat : stage_->new_beats()) found_.beats.push_back(beat.time_s);
    for (const auto& point : stage_->new_tempo()) found_.tempo.push_back(point.time_s);
  }

  Found Run(const char* features, bool elsewhere) {
    Make(features);
    found_ = {};
    elsewhere_ = elsewhere;
    if (elsewhere) {
      std::thread ahead([this] { PushAll(); });
      ahead.join();
    } else {
      PushAll();
    }
    lane_->Finish();
    Collect();
    return found_;
  }

  std::vector<float> clicks_ = Clicks(20);
  std::optional<memory::Arena> arena_;
  std::unique_ptr<RhythmStage> stage_;
  std::optional<AnalyzerLane> lane_;
  Found found_;
  bool elsewhere_ = false;
};

TEST_F(RhythmStageTest, GivesTheSameWhicheverThreadItsLaneRunsOn) {
  const Found here = Run("tempo,beats", false);
  const Found elsewhere = Run("tempo,beats", true);
  EXPECT_GT(here.beats.size(), 20U);
  EXPECT_FALSE(here.tempo.empty());
  EXPECT_EQ(here.beats, elsewhere.beats);
  EXPECT_EQ(here.tempo, elsewhere.tempo);
}

TEST_F(RhythmStageTest, LogsWhatItHandsUp) {
  const Found found = Run("tempo,beats", false);
  RunLogs logs;
  stage_->FillLogs(logs);
  EXPECT_EQ(logs.beats->size(), static_cast<std::int64_t>(found.beats.size()));
  EXPECT_EQ(logs.tempo->size(), static_cast<std::int64_t>(found.tempo.size()));
}

TEST_F(RhythmStageTest, HasNoListOfAFeatureThatIsOff) {
  const Found found = Run("beats", false);
  EXPECT_FALSE(found.beats.empty());
  EXPECT_TRUE(found.tempo.empty());
  RunLogs logs;
  stage_->FillLogs(logs);
  EXPECT_EQ(logs.tempo, nullptr);
  Report report;
  stage_->FillReport(report);
  EXPECT_TRUE(report.beats);
  EXPECT_FALSE(report.tempo);
}

}  // namespace
}  // namespace tidemark::engine
