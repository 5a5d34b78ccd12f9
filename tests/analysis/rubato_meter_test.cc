#include "analysis/rubato_meter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "memory/arena.h"

namespace tidemark::analysis {
namespace {

// Beats at given frames as the network hears them, and paths through the last ten seconds of them:
// the free one has all, the steady one every n-th.
class Player {
 public:
  explicit Player(float strength, std::size_t every = 1) : strength_(strength), every_(every) {}

  // Plays a beat after each interval, and shows the meter what there is every 64 frames.
  void Play(const std::vector<int>& intervals, RubatoMeter& meter) {
    for (const int interval : intervals) {
      const DecodedBeat beat{.frame = history_.n_frames(), .interval = interval};
      const bool both = n_played_++ % every_ == 0;
      free_.push_back(beat);
      if (both) steady_.push_back(beat);
      for (int t = 0; t < interval; ++t) {
        history_.Add({.beat = t > 0 ? 0 : both ? strength_ : 0.3F, .downbeat = 0});
        if (history_.n_frames() % 64 != 0) continue;
        for (auto* path : {&free_, &steady_}) {
          while (path->front().frame < history_.n_frames() - 1000) path->erase(path->begin());
        }
        meter.Follow(free_, steady_, history_);
      }
    }
  }

 private:
  memory::Arena arena_ = *memory::Arena::Create(BeatHistory::PlanBytes());
  BeatHistory history_{arena_};
  std::vector<DecodedBeat> free_;
  std::vector<DecodedBeat> steady_;
  float strength_;
  std::size_t every_;
  std::size_t n_played_ = 0;
};

// Intervals in frames; how much they swell over a phrase of 16, and swing from one to the next.
std::vector<int> Intervals(std::size_t n, double swell, int swing) {
  std::vector<int> intervals(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double phase = 2 * 3.14159265 * static_cast<double>(i % 16) / 16;
    const auto mean = static_cast<int>(std::lround(60 * (1 + swell * std::sin(phase))));
    intervals[i] = mean + (i % 2 == 0 ? swing : -swing);
  }
  return intervals;
}

bool HearsRubato(Player player, double swell, int swing = 0) {
  RubatoMeter meter(Hindsight::kSome);
  player.Play(Intervals(60, swell, swing), meter);
  return meter.rubato();
}

TEST(RubatoMeter, HearsLibertiesWithTheTempo) { EXPECT_TRUE(HearsRubato(Player(0.7F), 0.2)); }

TEST(RubatoMeter, TakesASteadyTempoAndASwingForNone) {
  EXPECT_FALSE(HearsRubato(Player(0.7F), 0));
  EXPECT_FALSE(HearsRubato(Player(0.7F), 0, 9));
}

TEST(RubatoMeter, ConcludesNothingFromFaintBeats) { EXPECT_FALSE(HearsRubato(Player(0.1F), 0.2)); }

TEST(RubatoMeter, ConcludesNothingFromADoubledTempo) {
  EXPECT_FALSE(HearsRubato(Player(0.9F, 2), 0.2));
}

TEST(RubatoMeter, ConcludesNothingFromBeatsOfWhichEverySecondIsSteady) {
  std::vector<int> intervals;
  for (int i = 0; i < 60; ++i) {
    const int early = i % 3 * 12 - 12;
    intervals.push_back(60 - early);
    intervals.push_back(60 + early);
  }
  for (const std::size_t every : {1U, 2U}) {  // the steady decoder has them all, or the steady ones
    RubatoMeter meter(Hindsight::kSome);
    Player(0.33F, every).Play(intervals, meter);
    EXPECT_EQ(meter.rubato(), every == 1) << every;
  }
}

TEST(RubatoMeter, TurnsBackWhenTheTempoSteadies) {
  Player player(0.7F);
  RubatoMeter meter(Hindsight::kSome);
  player.Play(Intervals(60, 0.2, 0), meter);
  ASSERT_TRUE(meter.rubato());
  player.Play(Intervals(150, 0, 0), meter);
  EXPECT_FALSE(meter.rubato());
}

TEST(RubatoMeter, ForgetsOnReset) {
  Player player(0.7F);
  RubatoMeter meter(Hindsight::kNone);
  player.Play(Intervals(60, 0.25, 0), meter);
  ASSERT_TRUE(meter.rubato());
  meter.Reset();
  EXPECT_FALSE(meter.rubato());
}

}  // namespace
}  // namespace tidemark::analysis
