#include "analysis/beat_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "tests/analysis/beat_decoder_model.h"

namespace tidemark::analysis {
namespace {

using Beats = std::vector<std::int64_t>;

constexpr float kOn = 0.8F;
constexpr float kOff = 0.02F;

// A decoder with its arena. Creating it checks that the plan is exact.
class DecoderRun {
 public:
  explicit DecoderRun(const BeatDecoderOptions& options = {})
      : arena_(*memory::Arena::Create(BeatDecoder::PlanBytes(options))), decoder(options, arena_) {
    EXPECT_EQ(arena_.used(), arena_.size());
  }

  void Push(const std::vector<float>& probabilities) {
    for (const float p : probabilities) decoder.Push(p);
  }
  Beats Path(std::int64_t since = 0) {
    Beats frames;
    for (const DecodedBeat& beat : decoder.BestPath(since)) frames.push_back(beat.frame);
    return frames;
  }

 private:
  memory::Arena arena_;

 public:
  BeatDecoder decoder;
};

std::vector<float> Pulses(const Beats& beats, std::int64_t n_frames) {
  std::vector<float> probabilities(static_cast<std::size_t>(n_frames), kOff);
  for (const std::int64_t beat : beats) probabilities[static_cast<std::size_t>(beat)] = kOn;
  return probabilities;
}

Beats EveryFrames(std::int64_t interval, std::int64_t first, std::int64_t n_frames) {
  Beats beats;
  for (std::int64_t frame = first; frame < n_frames; frame += interval) beats.push_back(frame);
  return beats;
}

Beats Between(const Beats& beats, std::int64_t begin, std::int64_t end) {
  return {std::ranges::lower_bound(beats, begin), std::ranges::lower_bound(beats, end)};
}

Beats From(const Beats& beats, std::int64_t since) { return Between(beats, since, 1 << 30); }

TEST(BeatDecoder, FindsPulsesAtAnyTempo) {
  for (const std::int64_t interval : {25, 26, 30, 37, 50, 63, 75, 100, 120, 149, 150}) {
    for (const std::int64_t first : {std::int64_t{0}, std::int64_t{7}, interval - 1}) {
      const Beats beats = EveryFrames(interval, first, 3000);
      DecoderRun run;
      run.Push(Pulses(beats, 3000));
      EXPECT_EQ(run.Path(2000), From(beats, 2000)) << "every " << interval << " from " << first;
    }
  }
}

TEST(BeatDecoder, SaysHowLongEachBeatLasts) {
  DecoderRun run;
  run.Push(Pulses(EveryFrames(60, 10, 1000), 1000));
  for (const DecodedBeat& beat : run.decoder.BestPath(100)) EXPECT_EQ(beat.interval, 60);
}

TEST(BeatDecoder, FollowsARampOfTempo) {
  for (const double ratio : {0.985, 1.015}) {
    Beats beats;
    double interval = 60;
    for (double at = 20; at < 3000; at += interval, interval *= ratio) {
      if (interval < 28 || interval > 130) break;
      beats.push_back(std::llround(at));
    }
    const std::int64_t end = beats.back() + 20;
    const std::int64_t since = std::max<std::int64_t>(0, end - 1000);
    DecoderRun run;
    run.Push(Pulses(beats, end));
    const Beats expected = From(beats, since);
    const Beats path = run.Path(since);
    ASSERT_EQ(path.size(), expected.size()) << ratio;
    for (std::size_t i = 0; i < path.size(); ++i)
      EXPECT_LE(std::abs(path[i] - expected[i]), 2) << ratio;
  }
}

TEST(BeatDecoder, FollowsAJumpOfTempo) {
  Beats beats = EveryFrames(60, 0, 1200);
  const Beats faster = EveryFrames(43, 1200, 2400);
  beats.insert(beats.end(), faster.begin(), faster.end());
  DecoderRun run;
  run.Push(Pulses(beats, 2400));
  EXPECT_EQ(run.Path(1500), From(beats, 1500));
}

TEST(BeatDecoder, BridgesBeatsThatAreMissing) {
  const Beats beats = EveryFrames(48, 5, 3000);
  Beats heard;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    if (i % 5 != 3 && i % 11 != 7) heard.push_back(beats[i]);
  }
  DecoderRun run;
  run.Push(Pulses(heard, 3000));
  EXPECT_EQ(run.Path(2000), From(beats, 2000));
}

TEST(BeatDecoder, IgnoresWhatSoundsBetweenBeats) {
  const Beats beats = EveryFrames(60, 5, 3000);
  auto probabilities = Pulses(beats, 3000);
  std::mt19937 random(1);
  for (int i = 0; i < 60; ++i) probabilities[random() % 3000] = std::max(0.4F, kOff);
  for (const std::int64_t beat : beats) probabilities[static_cast<std::size_t>(beat)] = kOn;
  DecoderRun run;
  run.Push(probabilities);
  EXPECT_EQ(run.Path(2000), From(beats, 2000));
}

TEST(BeatDecoder, HearsBeatsThatAreFaintThroughout) {
  const Beats beats = EveryFrames(52, 5, 3000);
  auto probabilities = Pulses(beats, 3000);
  for (float& p : probabilities) p *= 0.2F;
  DecoderRun run;
  run.Push(probabilities);
  EXPECT_EQ(run.Path(2000), From(beats, 2000));
}

TEST(BeatDecoder, KeepsToASteadyTempoWhereItIsTold) {
  std::mt19937 random(2);
  std::uniform_int_distribution<int> jitter(-1, 1);
  Beats beats;
  for (const std::int64_t beat : EveryFrames(60, 20, 3000)) beats.push_back(beat + jitter(random));
  DecoderRun run({.steady = true});
  run.Push(Pulses(beats, 3000));
  const auto path = run.decoder.BestPath(2000);
  ASSERT_GT(path.size(), 10U);
  for (std::size_t i = 1; i < path.size(); ++i) {
    EXPECT_LE(std::abs(path[i].interval - path[i - 1].interval), 1);
    EXPECT_NEAR(path[i].interval, 60, 2);
  }
}

TEST(BeatDecoder, GivesNoBeatOlderThanAsked) {
  DecoderRun run;
  run.Push(Pulses(EveryFrames(50, 0, 5000), 5000));
  for (const std::int64_t since : {0, 4000, 4051, 4950, 4999, 5000}) {
    const Beats path = run.Path(since);
    for (const std::int64_t frame : path) EXPECT_GE(frame, since);
    EXPECT_LE(path.size(), BeatDecoder::kMaxPathBeats);
    EXPECT_EQ(path.empty(), since > 4950) << since;
  }
  // What lies further back than paths are kept is forgotten, not made up.
  EXPECT_GE(run.Path(0).front(), 5000 - static_cast<std::int64_t>(BeatDecoder::kMaxPathFrames));
}

TEST(BeatDecoder, GivesAPathOfIntervalsWithoutGaps) {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> anything(0, 1);
  DecoderRun run;
  for (int i = 0; i < 3000; ++i) {
    run.decoder.Push(anything(random));
    const auto path = run.decoder.BestPath(0);
    for (std::size_t k = 0; k < path.size(); ++k) {
      ASSERT_GE(path[k].interval, 25);
      ASSERT_LE(path[k].interval, 150);
      const std::int64_t next = path[k].frame + path[k].interval;
      if (k + 1 < path.size()) {
        ASSERT_EQ(next, path[k + 1].frame);
      } else {
        ASSERT_GE(next, run.decoder.n_frames());
      }
    }
  }
}

TEST(BeatDecoder, HasNoBeatsBeforeTheFirstFrame) {
  DecoderRun run;
  EXPECT_TRUE(run.Path().empty());
  run.decoder.Push(kOn);
  EXPECT_EQ(run.Path(), Beats{0});
}

TEST(BeatDecoder, FindsAPathNoWorseThanAnyThereIs) {
  std::mt19937 random(4);
  std::uniform_real_distribution<float> anything(0, 1);
  for (const bool steady : {false, true}) {
    for (const std::size_t beat_frames : {1U, 2U}) {
      const BeatDecoderOptions options = {.shortest = 4,
                                          .longest = 9,
                                          .tempo_inertia = 5,
                                          .beat_odds = 2,
                                          .beat_frames = beat_frames,
                                          .steady = steady,
                                          .frames_per_second = 10};
      for (std::size_t n = 1; n <= 33; ++n) {
        std::vector<float> probabilities(n);
        for (float& p : probabilities) p = std::pow(anything(random), 3.0F);
        if (n % 3 == 0) std::fill_n(probabilities.begin() + static_cast<int>(n / 3), n / 3, 0.0F);
        DecoderRun run(options);
        run.Push(probabilities);
        Model model(options, probabilities);
        const auto path = run.decoder.BestPath(0);
        EXPECT_NEAR(model.Score(path), model.BestScore(), 1e-3)
            << path.size() << " beats from " << path[0].frame << " in " << n << " frames"
            << (steady ? ", steady, " : ", ") << beat_frames << " to a beat";
      }
    }
  }
}

// How far the last beats are apart where every other of those that sound is the fainter one, to a
// decoder that has heard beats of `interval` before, and perhaps a pause.
std::int64_t LevelAfter(std::int32_t interval, std::int64_t n_pause_frames) {
  DecoderRun run({.preference_weight = 0, .level_weight = 1});
  for (int i = 0; i < 40; ++i) run.decoder.Keep(interval);
  run.Push(std::vector<float>(static_cast<std::size_t>(n_pause_frames), 0.001F));
  std::vector<float> either = Pulses(EveryFrames(90, 0, 1000), 1000);
  for (const std::int64_t frame : EveryFrames(90, 45, 1000)) {
    either[static_cast<std::size_t>(frame)] = 0.33F;
  }
  run.Push(either);
  const Beats path = run.Path(n_pause_frames + 500);
  return path[1] - path[0];
}

TEST(BeatDecoder, KeepsTheMetricalLevelThatWasHeard) {
  EXPECT_EQ(LevelAfter(90, 0), 90);
  EXPECT_EQ(LevelAfter(45, 0), 45);
}

TEST(BeatDecoder, KeepsNoMetricalLevelOverAPause) {
  EXPECT_EQ(LevelAfter(90, 300), LevelAfter(45, 300));
}

TEST(BeatDecoder, TakesUpAnyTempoAfterASilence) {
  for (const std::int64_t interval : {30, 43, 71, 97, 140}) {
    Beats beats = EveryFrames(60, 0, 1200);
    const Beats later = EveryFrames(interval, 1500, 3000);
    beats.insert(beats.end(), later.begin(), later.end());
    auto probabilities = Pulses(beats, 3000);
    std::fill(probabilities.begin() + 1210, probabilities.begin() + 1500, 0.0F);
    DecoderRun run;
    run.Push({probabilities.begin(), probabilities.begin() + 2100});
    EXPECT_EQ(run.Path(1500), Between(beats, 1500, 2100)) << "every " << interval;
  }
}

TEST(BeatDecoder, DoesNotLosePrecisionInALongRun) {
  constexpr std::int64_t kLong = 1'000'000;
  constexpr std::int64_t kTail = 6'000;
  std::mt19937 random(5);
  std::uniform_real_distribution<float> noise(0, 0.3F);
  std::normal_distribution<double> liberty(0, 0.6);
  std::vector<float> probabilities(kLong);
  for (float& p : probabilities) p = noise(random);
  double at = 0;
  for (; at < kLong - 10; at += 57 + liberty(random)) {
    probabilities[static_cast<std::size_t>(at)] = 0.7F;
  }
  constexpr BeatDecoderOptions kFewTempi = {.shortest = 40, .longest = 80};
  DecoderRun run(kFewTempi);
  run.Push(probabilities);
  DecoderRun late(kFewTempi);
  late.Push({probabilities.end() - kTail, probabilities.end()});
  Beats expected = late.Path(kTail - 1000);
  for (std::int64_t& frame : expected) frame += kLong - kTail;
  EXPECT_GT(expected.size(), 15U);
  EXPECT_EQ(run.Path(kLong - 1000), expected);
}

TEST(BeatDecoder, StartsAnewAfterReset) {
  const auto probabilities = Pulses(EveryFrames(44, 11, 1500), 1500);
  DecoderRun fresh;
  fresh.Push(probabilities);
  DecoderRun reused;
  reused.Push(std::vector<float>(1777, 0.9F));
  reused.decoder.Reset();
  EXPECT_EQ(reused.decoder.n_frames(), 0);
  EXPECT_TRUE(reused.Path().empty());
  reused.Push(probabilities);
  EXPECT_EQ(reused.Path(500), fresh.Path(500));
  reused.decoder.Reset();
  reused.Push({probabilities.begin(), probabilities.begin() + 100});
  DecoderRun short_run;
  short_run.Push({probabilities.begin(), probabilities.begin() + 100});
  EXPECT_EQ(reused.Path(), short_run.Path());
}

}  // namespace
}  // namespace tidemark::analysis
