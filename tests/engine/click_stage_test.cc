#include "engine/click_stage.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "io/open_source.h"
#include "tests/io/test_files.h"

namespace tidemark::engine {
namespace {

constexpr int kRate = 8000;
constexpr StreamFormat kFormat = {.sample_rate_hz = kRate, .channels = 1};

class ClickStageTest : public ::testing::Test {
 protected:
  ClickStageTest() {
    Plan plan;
    ClickStage::AddToPlan(plan);
    arena_.emplace(
        memory::Arena::Create(plan.OurBytes() + RecordLog<analysis::Beat>::PlanBytes()).value());
    beats_.emplace(*arena_, "", 1 << 20);
    options_.click_path = dir_ / "click.wav";
    stage_ = ClickStage::Create(options_, kFormat, *beats_, *arena_).value();
    EXPECT_EQ(arena_->used(), arena_->size());
  }

  // Silence, which follows on what was pushed before.
  void PushSilence(std::size_t n_frames) {
    std::vector<float> silence(n_frames);
    float* plane = silence.data();
    ASSERT_TRUE(stage_->Push({.audio = AudioBlock({&plane, 1}, n_frames), .first_frame = next_}));
    next_ += static_cast<std::int64_t>(n_frames);
    ASSERT_TRUE(stage_->AddClicks());
  }

  void LogBeat(double time_s, int position = 0) {
    ASSERT_TRUE(beats_->Append({.time_s = time_s, .position = position}));
  }

  std::int64_t n_clicks() const {
    Report report;
    stage_->FillReport(report);
    return report.click->n_clicks;
  }

  // The frames at which silence ends.
  std::vector<std::size_t> FindClicks() {
    const auto bytes = testing::ReadBytes(options_.click_path);
    const std::size_t header_bytes = bytes.size() - 2 * static_cast<std::size_t>(next_ - start_);
    std::vector<std::size_t> found;
    std::size_t n_silent = kRate / 20;
    for (std::size_t at = header_bytes; at < bytes.size(); at += 2) {
      const bool silent = bytes[at] == std::byte{0} && bytes[at + 1] == std::byte{0};
      // A click's own first sample is nought.
      if (!silent && n_silent >= kRate / 20) found.push_back((at - header_bytes) / 2 - 1);
      n_silent = silent ? n_silent + 1 : 0;
    }
    return found;
  }

  testing::TempDir dir_;
  AnalyzeOptions options_;
  std::optional<memory::Arena> arena_;
  std::optional<RecordLog<analysis::Beat>> beats_;
  std::unique_ptr<ClickStage> stage_;
  std::int64_t next_ = 0;
  std::int64_t start_ = 0;
};

TEST_F(ClickStageTest, PutsAClickWhereEachBeatIsHoweverLateItIsKnown) {
  LogBeat(0.5);
  for (int i = 0; i < 10; ++i) PushSilence(kRate);
  LogBeat(1.0, 1);
  LogBeat(3.25, 2);
  LogBeat(9.0);
  PushSilence(kRate);
  ASSERT_TRUE(stage_->Finish());
  EXPECT_EQ(FindClicks(), (std::vector<std::size_t>{4000, 8000, 26'000, 72'000}));
  EXPECT_EQ(n_clicks(), 4);
}

TEST_F(ClickStageTest, WaitsForTheAudioOfAClick) {
  LogBeat(0.995);
  LogBeat(1.5);
  PushSilence(kRate);
  EXPECT_EQ(n_clicks(), 0);
  PushSilence(kRate);
  EXPECT_EQ(n_clicks(), 2);
  ASSERT_TRUE(stage_->Finish());
  EXPECT_EQ(FindClicks(), (std::vector<std::size_t>{7960, 12'000}));
}

TEST_F(ClickStageTest, CountsFromWhereTheTrackBegins) {
  start_ = next_ = 60 * kRate;
  LogBeat(60.25);
  PushSilence(kRate);
  LogBeat(60.99);
  ASSERT_TRUE(stage_->Finish());
  EXPECT_EQ(FindClicks(), (std::vector<std::size_t>{2000, 7920}));
}

TEST_F(ClickStageTest, FindsBeatsThatWereSpooled) {
  for (int i = 0; i < 40; ++i) PushSilence(kRate);
  for (int i = 0; i < 300; ++i) LogBeat(0.125 * i);
  ASSERT_TRUE(stage_->AddClicks());
  for (int i = 300; i < 320; ++i) LogBeat(0.125 * i);
  ASSERT_TRUE(stage_->Finish());
  const auto found = FindClicks();
  ASSERT_EQ(found.size(), 320U);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], 1000 * i);
}

}  // namespace
}  // namespace tidemark::engine
