#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "analysis/rhythm.h"
#include "tests/analysis/rhythm_measures.h"

namespace tidemark::analysis {
namespace {

TEST(Rhythm, TakesFilesOfAnyShortness) {
  for (const int rate_hz : {4'000, 22'050, 48'000, 768'000}) {
    for (const bool causal : {false, true}) {
      for (const double seconds : {0.0, 0.00001, 0.1, 1.0}) {
        const auto n = static_cast<std::size_t>(std::ceil(seconds * rate_hz));
        Plane plane = Clicks({0.05, 0.55}, 1, rate_hz);
        plane.resize(n);
        RhythmRun run({.causal = causal}, {rate_hz, 1, 0});
        run.Push({plane});
        const RhythmAnalyzer& result = run.Finish();
        EXPECT_LE(run.beats.size(), 4U);
        if (seconds < 0.01) {
          EXPECT_TRUE(run.beats.empty());
        }
        EXPECT_EQ(result.tempo().has_value(), !run.beats.empty());
        for (const Beat& beat : run.beats) {
          EXPECT_GE(beat.time_s, 0);
          EXPECT_LE(beat.time_s, seconds);
        }
      }
    }
  }
}

TEST(Rhythm, GivesBeatsInOrderWithSaneValues) {
  for (const bool causal : {false, true}) {
    const Times beats = SteadyBeats(117, 0.3, 40);
    RhythmRun run({.causal = causal}, kFormat);
    run.Push({Band(beats, 40)});
    const RhythmAnalyzer& result = run.Finish();
    ASSERT_GT(run.beats.size(), 20U);
    for (std::size_t i = 0; i < run.beats.size(); ++i) {
      const Beat& beat = run.beats[i];
      EXPECT_GE(beat.strength, 0.0F);
      EXPECT_LE(beat.strength, 1.0F);
      EXPECT_GE(beat.bpm, 36.0F);
      EXPECT_LE(beat.bpm, 264.0F);
      EXPECT_GE(beat.position, 0);
      EXPECT_LE(beat.position, 7);
      EXPECT_GE(beat.time_s, 0);
      EXPECT_LE(beat.time_s, 40);
      if (i > 0) {
        EXPECT_GT(beat.time_s - run.beats[i - 1].time_s, 0.1);
      }
    }
    for (std::size_t i = 1; i < run.tempo.size(); ++i) {
      EXPECT_GT(run.tempo[i].time_s, run.tempo[i - 1].time_s);
      EXPECT_LE(run.tempo[i].time_s - run.tempo[i - 1].time_s, 11);
    }
    const auto tempo = result.tempo();
    ASSERT_TRUE(tempo);
    EXPECT_LE(tempo->runner_up_confidence, tempo->confidence);
  }
}

TEST(Rhythm, KeepsASteadyTempoWhereItIsTold) {
  const Times beats = SteadyBeats(123, 0.5, 60);
  RhythmOptions options = Around(123);
  options.steady = true;
  RhythmRun run(options, kFormat);
  run.Push({Band(beats, 60)});
  const auto tempo = run.Finish().tempo();
  ASSERT_TRUE(tempo);
  EXPECT_NEAR(tempo->bpm, 123, 0.6);
  EXPECT_GE(PartNear(run.times(), beats), 0.97);
  EXPECT_GE(PartNear(beats, run.times()), 0.97);
  for (const TempoPoint& point : run.tempo) EXPECT_NEAR(point.bpm, 123, 4) << point.time_s;
}

TEST(Rhythm, DecidesEachBeatAsItSoundsWithoutHindsight) {
  const Times beats = SteadyBeats(110, 0.5, 40);
  RhythmOptions options = Around(110);
  options.causal = true;
  const Plane band = Band(beats, 40);
  const Times found = TimesOf(band, options);
  EXPECT_GE(PartNear(Between(found, 6, 40), beats, 0.04), 0.9);
  EXPECT_GE(PartNear(Between(beats, 6, 40), found, 0.04), 0.9);
  // What comes later changes nothing but the last batch of what is out.
  const Plane first_half(band.begin(), band.begin() + 20 * kRate);
  const Times cut = TimesOf(first_half, options);
  EXPECT_EQ(Between(cut, 0, 18.5), Between(found, 0, 18.5));
}

TEST(Rhythm, IsCertainWithinItsLatency) {
  for (const bool causal : {false, true}) {
    const Times beats = SteadyBeats(96, 0.5, 40);
    RhythmRun run({.causal = causal}, kFormat);
    const Plane band = Band(beats, 40);
    std::size_t n_out = 0;
    Times late;
    for (std::size_t at = 0; at < band.size(); at += kBlockFrames) {
      const std::size_t end = std::min(at + kBlockFrames, band.size());
      run.Push({Plane(band.begin() + static_cast<std::ptrdiff_t>(at),
                      band.begin() + static_cast<std::ptrdiff_t>(end))});
      const double now_s = static_cast<double>(end) / kRate;
      for (; n_out < run.beats.size(); ++n_out) {
        late.push_back(now_s - run.beats[n_out].time_s);
      }
    }
    ASSERT_FALSE(late.empty());
    EXPECT_LE(*std::ranges::max_element(late), causal ? 2.0 : RhythmAnalyzer::kLatency_s);
  }
}

TEST(Rhythm, HearsNothingAcrossAGap) {
  const Times beats = SteadyBeats(105, 0.4, 20);
  const Plane band = Band(beats, 20);
  const Times once = TimesOf(band);
  for (const std::size_t n_planes : {1U, 2U}) {
    const StreamFormat format = {kRate, static_cast<int>(n_planes), 0};
    RhythmRun run({}, format);
    run.Push(test::Planes(n_planes, band));
    run.Gap(100 * kRate);
    EXPECT_EQ(run.times(), once);  // all beats before it are out
    run.Push(test::Planes(n_planes, band));
    const RhythmAnalyzer& result = run.Finish();
    ASSERT_EQ(run.beats.size(), 2 * once.size());
    EXPECT_EQ(result.beats().count, std::ssize(run.beats));
    for (std::size_t i = 0; i < once.size(); ++i) {
      EXPECT_NEAR(run.beats[once.size() + i].time_s, 100 + once[i], 1e-6);
    }
  }
}

TEST(Rhythm, TakesGapsWithNothingBetweenThem) {
  const Times beats = SteadyBeats(105, 0.4, 20);
  RhythmRun run({}, kFormat);
  run.Gap(5 * kRate);
  run.Gap(10 * kRate);
  run.Push({Band(beats, 20)});
  run.Gap(70 * kRate);
  run.Finish();
  ASSERT_GT(run.beats.size(), 20U);
  EXPECT_GE(run.beats.front().time_s, 10);
  EXPECT_LE(run.beats.back().time_s, 30);
}

TEST(Rhythm, HearsTheSameFromManyChannels) {
  const Times beats = SteadyBeats(115, 0.5, 30);
  const Plane band = Band(beats, 30);
  Plane inverted = band;
  for (float& x : inverted) x = -x;
  const Times expected = TimesOf(band);
  for (const test::Planes& planes :
       {test::Planes{band, band}, test::Planes{band, inverted}, test::Planes(8, band)}) {
    RhythmRun run({}, {kRate, static_cast<int>(planes.size()), 0});
    run.Push(planes);
    run.Finish();
    ASSERT_EQ(run.beats.size(), expected.size()) << planes.size();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(run.beats[i].time_s, expected[i], 1e-3) << planes.size();
    }
  }
}

TEST(Rhythm, HearsBeatsAtAnyRate) {
  const Times beats = SteadyBeats(118, 0.5, 30);
  for (const int rate_hz :
       {8'000, 11'025, 16'000, 32'000, 44'100, 48'000, 88'200, 96'000, 192'000}) {
    const Times found = TimesOf(Band(beats, 30, {}, rate_hz), Around(118), {rate_hz, 1, 0});
    EXPECT_GE(PartNear(found, beats), 0.95) << rate_hz << " Hz";
    EXPECT_GE(PartNear(beats, found), 0.95) << rate_hz << " Hz";
  }
}

TEST(Rhythm, HearsBeatsAtAnyLevel) {
  const Times beats = SteadyBeats(118, 0.5, 30);
  for (const float gain : {1.0F, 0.1F, 0.01F, 0.001F}) {
    Plane band = Band(beats, 30);
    for (float& x : band) x *= gain;
    const Times found = TimesOf(band, Around(118));
    EXPECT_GE(PartNear(found, beats), 0.95) << gain;
    EXPECT_GE(PartNear(beats, found), 0.95) << gain;
  }
}

TEST(Rhythm, PlansExactlyWhatItTakes) {
  for (const int rate_hz : {4'000, 8'000, 11'025, 44'100, 48'000, 96'000, 192'000, 768'000}) {
    for (const int channels : {1, 2, 64}) {
      for (const auto& [least, most] : {std::pair{40.0, 240.0}, std::pair{30.0, 300.0},
                                        std::pair{100.0, 150.0}, std::pair{30.0, 45.0}}) {
        const RhythmOptions options = {.bpm_min = least, .bpm_max = most};
        RhythmRun run(options, {rate_hz, channels, 0});  // expects it
        EXPECT_LT(RhythmAnalyzer::PlanBytes(options, {rate_hz, channels, 0}), 2U << 20U);
      }
    }
  }
}

TEST(Rhythm, RefusesTempiItCannotLookFor) {
  for (const auto& [least, most] :
       {std::pair{29.9, 240.0}, std::pair{40.0, 300.1}, std::pair{100.0, 149.0},
        std::pair{200.0, 100.0}, std::pair{std::nan(""), 240.0}, std::pair{40.0, std::nan("")}}) {
    const RhythmOptions options = {.bpm_min = least, .bpm_max = most};
    auto arena = memory::Arena::Create(4 << 20U);
    const auto analyzer = RhythmAnalyzer::Create(options, kFormat, *arena);
    ASSERT_FALSE(analyzer) << least << " to " << most;
    EXPECT_EQ(analyzer.error().code, ErrorCode::kUsage);
  }
}

}  // namespace
}  // namespace tidemark::analysis
