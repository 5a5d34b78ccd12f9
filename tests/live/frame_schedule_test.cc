#include "live/frame_schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace tidemark::live {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kFrameNs = 20 * kMs;

struct Schedule {
  explicit Schedule(std::size_t n)
      : arena(*memory::Arena::Create(FrameSchedule::PlanBytes(n))), schedule(n, arena) {}
  memory::Arena arena;
  FrameSchedule schedule;
};

TEST(FrameSchedule, TakesWhatItPlans) {
  const Schedule one(77);
  EXPECT_EQ(one.arena.used(), one.arena.size());
}

TEST(FrameSchedule, SpreadsAnyNumberOfTracksOverAFrame) {
  for (const std::size_t n : {2U, 10U, 100U, 2'000U}) {
    Schedule one(n);
    for (std::size_t i = 0; i < n; ++i) ASSERT_TRUE(one.schedule.Add(48'000, 960));
    const std::int64_t start_ns = 1'234'567'890;
    EXPECT_FALSE(one.schedule.Take(start_ns - 1));
    std::vector<std::int64_t> due_ns;
    while (due_ns.size() < n) {
      due_ns.push_back(one.schedule.NextDue());
      const auto due = one.schedule.Take(due_ns.back());
      ASSERT_TRUE(due);
      EXPECT_EQ(due->late_ns, 0);
    }
    EXPECT_GE(due_ns.front(), start_ns - 1);
    EXPECT_LT(due_ns.back(), start_ns + kFrameNs);
    due_ns.push_back(due_ns.front() + kFrameNs);
    std::int64_t widest_ns = 0;
    for (std::size_t i = 1; i < due_ns.size(); ++i) {
      widest_ns = std::max(widest_ns, due_ns[i] - due_ns[i - 1]);
    }
    EXPECT_LT(widest_ns, 3 * kFrameNs / static_cast<std::int64_t>(n)) << n;
  }
}

TEST(FrameSchedule, GivesEachTrackItsFramesExactlyForAnHour) {
  Schedule one(3);
  const std::size_t a = *one.schedule.Add(48'000, 960);
  const std::size_t b = *one.schedule.Add(44'100, 110);  // 2.494 ms
  const std::size_t c = *one.schedule.Add(8'000, 480);   // 60 ms
  EXPECT_FALSE(one.schedule.Take(1));
  std::map<std::size_t, std::int64_t> n_frames;
  constexpr std::int64_t kHourNs = 3'600'000 * kMs;
  while (one.schedule.NextDue() <= kHourNs) {
    ++n_frames[one.schedule.Take(one.schedule.NextDue())->place];
  }
  EXPECT_EQ(n_frames[a], 3'600 * 50);
  EXPECT_NEAR(static_cast<double>(n_frames[b]), 3'600 * 44'100 / 110.0, 1);
  EXPECT_EQ(n_frames[c], 3'600 * 1000 / 60);
}

TEST(FrameSchedule, CatchesUpWithAFrameButSkipsMoreThanThat) {
  Schedule one(1);
  ASSERT_TRUE(one.schedule.Add(48'000, 960));
  EXPECT_FALSE(one.schedule.Take(1));
  const std::int64_t first_ns = one.schedule.NextDue();
  const auto late = one.schedule.Take(first_ns + 19 * kMs);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->late_ns, 19 * kMs);
  EXPECT_EQ(late->n_skipped, 0);
  EXPECT_EQ(one.schedule.NextDue(), first_ns + kFrameNs);
  const auto stalled = one.schedule.Take(first_ns + kFrameNs + 505 * kMs);
  ASSERT_TRUE(stalled);
  EXPECT_EQ(stalled->late_ns, 505 * kMs);
  EXPECT_EQ(stalled->n_skipped, 25);
  EXPECT_EQ(one.schedule.NextDue(), first_ns + 27 * kFrameNs);  // in its phase, and to come
  EXPECT_FALSE(one.schedule.Take(first_ns + kFrameNs + 505 * kMs));
}

TEST(FrameSchedule, KeepsThePhasesApartAfterAStallOfAll) {
  Schedule one(100);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(one.schedule.Add(48'000, 960));
  EXPECT_FALSE(one.schedule.Take(1));
  constexpr std::int64_t kStallNs = 3'333 * kMs;
  int n_frames = 0;
  while (one.schedule.Take(kStallNs)) ++n_frames;
  EXPECT_EQ(n_frames, 100);  // one each
  n_frames = 0;
  while (one.schedule.Take(kStallNs + kFrameNs / 10)) ++n_frames;
  EXPECT_NEAR(n_frames, 10, 3);
}

TEST(FrameSchedule, GivesNothingOfWhatWasRemovedAndItsPlaceToAnother) {
  constexpr std::size_t kPlaces = 50;
  Schedule one(kPlaces);
  std::mt19937 random(5);
  std::vector<bool> in(kPlaces);
  std::int64_t now_ns = 0;
  for (int step = 0; step < 20'000; ++step) {
    now_ns += static_cast<std::int64_t>(random() % kMs);
    const std::size_t place = random() % kPlaces;
    if (random() % 4 == 0 && in[place]) {
      one.schedule.Remove(place);
      in[place] = false;
    } else if (random() % 4 == 0) {
      const auto added = one.schedule.Add(48'000, 960);
      ASSERT_EQ(added.has_value(), std::ranges::count(in, true) < std::ptrdiff_t{kPlaces});
      if (added) {
        ASSERT_FALSE(in[*added]);
        in[*added] = true;
      }
    }
    for (auto due = one.schedule.Take(now_ns); due; due = one.schedule.Take(now_ns)) {
      ASSERT_TRUE(in[due->place]);
      ASSERT_LE(due->late_ns, kMs);
    }
    ASSERT_EQ(one.schedule.size(), static_cast<std::size_t>(std::ranges::count(in, true)));
  }
}

TEST(FrameSchedule, HasNothingDueWithoutTracks) {
  Schedule one(1);
  EXPECT_EQ(one.schedule.NextDue(), FrameSchedule::kNever);
  EXPECT_FALSE(one.schedule.Take(FrameSchedule::kNever));
}

}  // namespace
}  // namespace tidemark::live
