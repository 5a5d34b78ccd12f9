#include "analysis/rhythm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "tests/analysis/rhythm_signals.h"

namespace tidemark::analysis {
namespace {

using test::BeatsAt;
using test::Drums;
using test::Plane;
using test::RhythmRun;
using test::SteadyBeats;
using test::Times;

constexpr int kRate = 22'050;
constexpr StreamFormat kFormat = {.sample_rate_hz = kRate, .channels = 1};
constexpr double kNear_s = 0.02;

// How many of `a` have one of `b` near.
double PartNear(const Times& a, const Times& b, double near_s = kNear_s) {
  if (a.empty()) return 0;
  const auto n = std::ranges::count_if(a, [&](double time) {
    const auto next = std::ranges::lower_bound(b, time - near_s);
    return next != b.end() && *next <= time + near_s;
  });
  return static_cast<double>(n) / static_cast<double>(a.size());
}

Times Between(const Times& times, double begin_s, double end_s) {
  return {std::ranges::lower_bound(times, begin_s), std::ranges::lower_bound(times, end_s)};
}

// The beats at a metrical level: every `divide`th from `first` on, or `multiply` times as many.
Times Level(const Times& beats, std::size_t divide, std::size_t first, std::size_t multiply) {
  Times level;
  for (std::size_t i = first; i < beats.size(); i += divide) {
    const double next = i + 1 < beats.size() ? beats[i + 1] : 2 * beats[i] - beats[i - 1];
    for (std::size_t k = 0; k < multiply; ++k) {
      level.push_back(beats[i] +
                      static_cast<double>(k) * (next - beats[i]) / static_cast<double>(multiply));
    }
  }
  return level;
}

// The best F-measure over half, a third, a quarter, once, twice and three times the beats.
double BestLevelFMeasure(const Times& found, const Times& beats) {
  double best = 0;
  const auto take = [&](const Times& level) {
    const double precision = PartNear(found, level);
    const double recall = PartNear(level, found);
    if (precision + recall > 0) {
      best = std::max(best, 2 * precision * recall / (precision + recall));
    }
  };
  for (std::size_t divide = 1; divide <= 4; ++divide) {
    for (std::size_t first = 0; first < divide; ++first) take(Level(beats, divide, first, 1));
  }
  for (std::size_t multiply = 2; multiply <= 3; ++multiply) take(Level(beats, 1, 0, multiply));
  return best;
}

double MedianLag(const Times& found, const Times& beats) {
  std::vector<double> lags;
  for (const double time : found) {
    const auto nearest =
        std::ranges::min_element(beats, {}, [time](double beat) { return std::abs(beat - time); });
    if (std::abs(*nearest - time) < 0.07) lags.push_back(time - *nearest);
  }
  if (lags.empty()) return 1;
  std::ranges::sort(lags);
  return lags[lags.size() / 2];
}

Plane Band(const Times& beats, double n_seconds, const test::Style& style = {},
           int rate_hz = kRate) {
  Drums drums(rate_hz, n_seconds);
  test::PlayBand(drums, beats, style);
  return drums.plane();
}

Plane Clicks(const Times& beats, double n_seconds, int rate_hz = kRate) {
  Drums drums(rate_hz, n_seconds);
  for (const double beat : beats) drums.Click(beat, 0.5);
  return drums.plane();
}

// Narrow enough that only one octave of a tempo is in it.
RhythmOptions Around(double bpm) {
  return {.bpm_min = std::max(30.0, bpm / 1.3), .bpm_max = std::min(300.0, bpm * 1.3)};
}

Times TimesOf(const Plane& plane, const RhythmOptions& options = {},
              const StreamFormat& format = kFormat) {
  RhythmRun run(options, format);
  run.Push({plane});
  run.Finish();
  return run.times();
}

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
