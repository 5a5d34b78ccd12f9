#include "analysis/rhythm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "tests/analysis/rhythm_measures.h"

namespace tidemark::analysis {
namespace {

TEST(Rhythm, HearsAMetricalLevelOfClicksInPhase) {
  for (const double bpm :
       {40.0, 52.0, 66.0, 80.0, 100.0, 120.0, 143.0, 165.0, 190.0, 215.0, 240.0}) {
    const Times beats = SteadyBeats(bpm, 0.5, 29.9);
    const Times found = TimesOf(Clicks(beats, 30));
    EXPECT_GE(BestLevelFMeasure(found, beats), 0.95)
        << bpm << " BPM, found " << found.size() << " beats for " << beats.size();
  }
}

TEST(Rhythm, HearsAMetricalLevelOfABandInPhase) {
  for (const double bpm :
       {45.0, 60.0, 75.0, 90.0, 105.0, 120.0, 135.0, 150.0, 170.0, 200.0, 235.0}) {
    const Times beats = SteadyBeats(bpm, 0.5, 29.9);
    const Times found = TimesOf(Band(beats, 30));
    EXPECT_GE(BestLevelFMeasure(found, beats), 0.95)
        << bpm << " BPM, found " << found.size() << " beats for " << beats.size();
  }
}

TEST(Rhythm, FindsTheTempoWithinNarrowBounds) {
  for (const double bpm :
       {45.0, 60.0, 75.0, 90.0, 105.0, 120.0, 135.0, 150.0, 170.0, 200.0, 225.0}) {
    for (const bool clicks : {false, true}) {
      const Times beats = SteadyBeats(bpm, 0.5, 39.9);
      RhythmRun run(Around(bpm), kFormat);
      run.Push({clicks ? Clicks(beats, 40) : Band(beats, 40)});
      const auto tempo = run.Finish().tempo();
      ASSERT_TRUE(tempo) << bpm << " BPM";
      EXPECT_NEAR(tempo->bpm / bpm, 1, 0.005) << bpm << (clicks ? " BPM of clicks" : " BPM");
      EXPECT_GT(tempo->confidence, 0.3) << bpm << (clicks ? " BPM of clicks" : " BPM");
      EXPECT_GE(PartNear(beats, run.times()), 0.95) << bpm << (clicks ? " BPM of clicks" : " BPM");
      EXPECT_GE(PartNear(run.times(), beats), 0.95) << bpm << (clicks ? " BPM of clicks" : " BPM");
    }
  }
}

TEST(Rhythm, FindsTheTempoOfABandAtUsualTempiUnaided) {
  for (const double bpm : {80.0, 95.0, 110.0, 125.0, 140.0}) {
    const Times beats = SteadyBeats(bpm, 0.5, 29.9);
    RhythmRun run({}, kFormat);
    run.Push({Band(beats, 30)});
    const auto tempo = run.Finish().tempo();
    ASSERT_TRUE(tempo) << bpm << " BPM";
    EXPECT_NEAR(tempo->bpm / bpm, 1, 0.005) << bpm << " BPM";
  }
}

TEST(Rhythm, IsNeitherEarlyNorLate) {
  for (const bool clicks : {false, true}) {
    for (const int rate_hz : {8'000, 22'050, 44'100, 48'000, 96'000, 192'000}) {
      const Times beats = SteadyBeats(101.3, 0.5, 29.9);
      const Plane plane = clicks ? Clicks(beats, 30, rate_hz) : Band(beats, 30, {}, rate_hz);
      const Times found = TimesOf(plane, Around(101.3), {rate_hz, 1, 0});
      EXPECT_LT(std::abs(MedianLag(found, beats)), 0.008)
          << rate_hz << " Hz, " << (clicks ? "clicks" : "a band") << ", lag "
          << MedianLag(found, beats);
    }
  }
}

TEST(Rhythm, FollowsARampOfTempo) {
  const auto ramp = [](double t) { return 90 + t; };
  const Times beats = BeatsAt(ramp, 0.5, 45);
  const Times found = TimesOf(Band(beats, 45), {.bpm_min = 70, .bpm_max = 170});
  EXPECT_GE(PartNear(found, beats, 0.03), 0.95);
  EXPECT_GE(PartNear(beats, found, 0.03), 0.95);
}

TEST(Rhythm, FollowsAJumpOfTempo) {
  Times beats = SteadyBeats(100, 0.5, 25);
  const Times faster = SteadyBeats(138, beats.back() + 0.6, 50);
  beats.insert(beats.end(), faster.begin(), faster.end());
  RhythmRun run({.bpm_min = 80, .bpm_max = 180}, kFormat);
  run.Push({Band(beats, 50)});
  run.Finish();
  for (const auto& [begin_s, end_s] : {std::pair{2.0, 22.0}, std::pair{30.0, 50.0}}) {
    const Times truth = Between(beats, begin_s, end_s);
    const Times found = Between(run.times(), begin_s, end_s);
    EXPECT_GE(PartNear(found, truth), 0.95) << begin_s;
    EXPECT_GE(PartNear(truth, found), 0.95) << begin_s;
  }
  for (const Beat& beat : run.beats) {
    if (beat.time_s > 3 && beat.time_s < 20) {
      EXPECT_NEAR(beat.bpm, 100, 2) << beat.time_s;
    }
    if (beat.time_s > 30 && beat.time_s < 48) {
      EXPECT_NEAR(beat.bpm, 138, 3) << beat.time_s;
    }
  }
}

TEST(Rhythm, HearsThroughASwing) {
  const Times beats = SteadyBeats(112, 0.5, 40);
  const Plane band = Band(beats, 40, {.offbeat = 2.0 / 3});
  const Times found = TimesOf(band, {.bpm_min = 80, .bpm_max = 160});
  EXPECT_GE(PartNear(found, beats), 0.95);
  EXPECT_GE(PartNear(beats, found), 0.95);
}

TEST(Rhythm, ClaimsNoBeatsInSilenceBetweenMusic) {
  const Times before = SteadyBeats(120, 0.5, 14.4);  // whole bars: the last chord has faded
  const Times after = SteadyBeats(120, 35.2, 50);
  Times beats = before;
  beats.insert(beats.end(), after.begin(), after.end());
  Drums drums(kRate, 50);
  test::PlayBand(drums, before);
  test::PlayBand(drums, after);
  const Times found = TimesOf(drums.plane(), Around(120));
  const Times silent = Between(found, before.back() + 0.6, after.front() - 0.6);
  EXPECT_TRUE(silent.empty()) << silent.size() << " beats from " << silent.front() << " s on";
  EXPECT_GE(PartNear(beats, found), 0.9);
  EXPECT_GE(PartNear(found, beats), 0.9);
}

TEST(Rhythm, ClaimsNoBeatsWhereThereAreNone) {
  const std::size_t n = 30 * kRate;
  std::map<std::string, Plane> planes;
  planes["silence"] = Plane(n);
  planes["an offset"] = Plane(n, 0.25F);
  for (const double dbfs : {-60.0, -20.0}) {
    test::Noise(1).Append(planes["noise of " + std::to_string(dbfs) + " dB"], dbfs, 30, kRate);
  }
  for (const double hz : {60.0, 440.0, 3'000.0}) {
    test::AppendSine(planes["a tone of " + std::to_string(hz) + " Hz"], hz, 0.3, 30, kRate);
  }
  for (const auto& [name, plane] : planes) {
    for (const bool causal : {false, true}) {
      RhythmRun run({.causal = causal}, kFormat);
      run.Push({plane});
      const RhythmAnalyzer& result = run.Finish();
      // Where a sound begins or ends there may be one.
      EXPECT_LE(run.beats.size(), 2U) << name << (causal ? ", causal" : "");
      EXPECT_EQ(result.beats().count, std::ssize(run.beats));
      if (run.beats.empty()) {
        EXPECT_FALSE(result.tempo()) << name;
      }
    }
  }
}

TEST(Rhythm, ClaimsNoBeatsInNoiseThatBeginsAtOnce) {
  for (const unsigned seed : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U}) {
    for (const double dbfs : {-40.0, -12.0}) {
      Plane plane;
      test::Noise(seed).Append(plane, dbfs, 30, kRate);
      for (const bool causal : {false, true}) {
        EXPECT_TRUE(TimesOf(plane, {.causal = causal}).empty())
            << seed << ", " << dbfs << " dB" << (causal ? ", causal" : "");
      }
    }
  }
}

TEST(Rhythm, CountsBarsOfThreeFourAndFive) {
  for (const int meter : {3, 4, 5}) {
    const Times beats = SteadyBeats(126, 0.5, 60);
    RhythmRun run({.bpm_min = 100, .bpm_max = 160}, kFormat);
    run.Push({Band(beats, 60, {.meter = meter})});
    const BeatsResult& result = run.Finish().beats();
    EXPECT_EQ(result.meter, meter);
    Times downbeats;
    for (const Beat& beat : run.beats) {
      if (beat.position == 1) downbeats.push_back(beat.time_s);
    }
    EXPECT_EQ(result.n_downbeats, std::ssize(downbeats));
    const Times expected = Level(beats, static_cast<std::size_t>(meter), 0, 1);
    EXPECT_GE(PartNear(downbeats, expected), 0.9) << meter;
    EXPECT_GE(PartNear(expected, downbeats), 0.8) << meter;
  }
}

}  // namespace
}  // namespace tidemark::analysis
