#include "analysis/tempo_meter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace tidemark::analysis {
namespace {

constexpr int kFps = 100;
constexpr double kBinError = 0.003;  // half a step of half a percent

// A meter with its arena. Creating it checks that the plan is exact.
class MeterRun {
 public:
  MeterRun() : arena_(*memory::Arena::Create(TempoMeter::PlanBytes(kFps))), meter(kFps, arena_) {
    EXPECT_EQ(arena_.used(), arena_.size());
  }

  // Beats of a steady tempo, and a likelihood that peaks at each.
  void AddSteady(double bpm, double n_seconds, double strength = 0.9) {
    const double interval = 60.0 * kFps / bpm;
    double next = 0;
    for (int frame = 0; frame < n_seconds * kFps; ++frame) {
      const bool beat = frame >= next;
      meter.AddFrame(beat ? static_cast<float>(strength) : 0.0F);
      if (!beat) continue;
      meter.AddBeat(bpm, strength);
      next += interval;
    }
  }

 private:
  memory::Arena arena_;

 public:
  TempoMeter meter;
};

TEST(TempoMeter, HasNoTempoWithoutBeats) {
  MeterRun run;
  EXPECT_FALSE(run.meter.Result(40, 240));
  for (int i = 0; i < 1000; ++i) run.meter.AddFrame(0.5F);
  EXPECT_FALSE(run.meter.Result(40, 240));
}

TEST(TempoMeter, FindsAnyTempo) {
  for (double bpm = 30; bpm <= 300; bpm += 7.3) {
    MeterRun run;
    run.AddSteady(bpm, 30);
    const auto result = run.meter.Result(30, 300);
    ASSERT_TRUE(result) << bpm;
    EXPECT_NEAR(result->bpm / bpm, 1, kBinError) << bpm;
    EXPECT_NEAR(result->confidence, 0.9, 0.01) << bpm;
  }
}

TEST(TempoMeter, TakesTheMedianOfWhatVaries) {
  MeterRun run;
  std::mt19937 random(1);
  std::normal_distribution<double> liberty(0, 3);
  for (int i = 0; i < 2000; ++i) run.meter.AddBeat(100 + liberty(random), 0.9);
  EXPECT_NEAR(run.meter.Result(40, 240)->bpm, 100, 0.5);
  // A fifth at another tempo changes little.
  for (int i = 0; i < 500; ++i) run.meter.AddBeat(160, 0.9);
  EXPECT_NEAR(run.meter.Result(40, 240)->bpm, 100, 2);
}

TEST(TempoMeter, IsLessSureOfFaintBeatsAndOfChangingTempi) {
  MeterRun distinct;
  distinct.AddSteady(120, 60, 0.9);
  MeterRun faint;
  faint.AddSteady(120, 60, 0.3);
  MeterRun changing;
  changing.AddSteady(120, 40, 0.9);
  changing.AddSteady(150, 20, 0.9);
  const double sure = distinct.meter.Result(40, 240)->confidence;
  EXPECT_LT(faint.meter.Result(40, 240)->confidence, 0.4 * sure);
  // 80 of 130 beats keep the tempo.
  EXPECT_NEAR(changing.meter.Result(40, 240)->confidence, sure * 80 / 130, 0.02);
}

TEST(TempoMeter, KeepsConfidencesBetweenNoughtAndOne) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> tempo(10, 500);
  std::uniform_real_distribution<double> part(0, 1);
  for (int n = 1; n < 200; n += 13) {
    MeterRun run;
    for (int i = 0; i < n; ++i) {
      run.meter.AddBeat(tempo(random), part(random));
      for (int k = 0; k < 40; ++k) run.meter.AddFrame(static_cast<float>(part(random)));
    }
    const auto result = run.meter.Result(40, 240);
    ASSERT_TRUE(result);
    EXPECT_GE(result->bpm, TempoMeter::kLowestBpm);
    EXPECT_LE(result->bpm, TempoMeter::kHighestBpm * 1.01);
    EXPECT_GE(result->confidence, 0);
    EXPECT_LE(result->confidence, 1);
    EXPECT_GE(result->runner_up_confidence, 0);
    EXPECT_LE(result->runner_up_confidence, result->confidence);
  }
}

TEST(TempoMeter, OffersTheOtherTempoThePulsesRepeatAt) {
  MeterRun run;
  run.AddSteady(120, 60);
  auto result = run.meter.Result(40, 240);
  ASSERT_TRUE(result && result->runner_up_bpm);
  // Pulses repeat at every multiple of their interval.
  const double times = 120 / *result->runner_up_bpm;
  EXPECT_NEAR(times, std::round(times), 0.05) << *result->runner_up_bpm;
  EXPECT_GT(result->runner_up_confidence, 0.5 * result->confidence);
  // Half as fast is out of bounds here.
  result = run.meter.Result(70, 240);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->runner_up_bpm);
  EXPECT_EQ(result->runner_up_confidence, 0);
}

TEST(TempoMeter, OffersTwiceTheTempoWhereOffbeatsSound) {
  MeterRun run;
  for (int frame = 0; frame < 6000; ++frame) {
    const bool beat = frame % 60 == 0;
    run.meter.AddFrame(beat ? 0.9F : frame % 60 == 30 ? 0.6F : 0.0F);
    if (beat) run.meter.AddBeat(100, 0.9);
  }
  const auto result = run.meter.Result(80, 240);
  ASSERT_TRUE(result && result->runner_up_bpm);
  EXPECT_NEAR(*result->runner_up_bpm, 200, 4);
}

TEST(TempoMeter, OffersAnotherTempoWithinItsBoundsAndApart) {
  std::mt19937 random(3);
  for (const double bpm : {50.0, 90.0, 133.0, 200.0}) {
    MeterRun run;
    run.AddSteady(bpm, 60);
    for (int i = 0; i < 6000; ++i) run.meter.AddFrame(static_cast<float>(random() % 100) / 300.0F);
    for (const auto& [least, most] : {std::pair{40.0, 240.0}, std::pair{60.0, 120.0}}) {
      const auto result = run.meter.Result(least, most);
      ASSERT_TRUE(result);
      if (!result->runner_up_bpm) continue;
      EXPECT_GE(*result->runner_up_bpm, least * 0.99);
      EXPECT_LE(*result->runner_up_bpm, most * 1.01);
      EXPECT_GT(std::abs(std::log2(*result->runner_up_bpm / bpm)), std::log2(1.11));
    }
  }
}

TEST(TempoMeter, DoesNotRelateWhatAGapParts) {
  const auto likelihood_of = [](bool gap) {
    MeterRun run;
    // One pulse on either side of the seam, half a second apart.
    for (int i = 0; i < 500; ++i) {
      for (int frame = 0; frame < 50; ++frame) run.meter.AddFrame(frame == 25 ? 0.9F : 0.0F);
      run.meter.AddBeat(120, 0.9);
      if (gap) run.meter.Gap();
    }
    return run.meter.Result(40, 240)->runner_up_confidence;
  };
  EXPECT_GT(likelihood_of(false), 0);
  EXPECT_EQ(likelihood_of(true), 0);
}

TEST(TempoMeter, LosesNothingInALongRun) {
  MeterRun run;
  run.AddSteady(60, 3 * 3600);
  run.AddSteady(61, 1 * 3600);
  const auto result = run.meter.Result(20, 240);
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->bpm, 60.25, 0.3);
  EXPECT_NEAR(result->confidence, 0.9, 0.01);
}

}  // namespace
}  // namespace tidemark::analysis
