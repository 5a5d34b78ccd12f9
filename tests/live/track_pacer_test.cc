#include "tidemark/track_pacer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "memory/heap.h"
#include "tests/live/track_signals.h"

namespace tidemark {
namespace {

using test::MakeTrack;
using test::Samples;
using test::View;

constexpr std::int64_t kMs = 1'000'000;

class CountingSink final : public FrameSink {
 public:
  bool OnFrame(std::span<const std::byte> frame, const FrameInfo& info) override {
    n_bytes = frame.size();
    last = info;
    return ++n_frames < n_wanted;
  }
  void OnStopped() override { stopped = true; }

  std::atomic<int> n_frames = 0;
  int n_wanted = 1 << 30;
  std::atomic<bool> stopped = false;
  std::size_t n_bytes = 0;
  FrameInfo last;
};

std::unique_ptr<TrackPacer> MakePacer(const PacerOptions& options = {}) {
  auto pacer = TrackPacer::Create(options);
  EXPECT_TRUE(pacer) << pacer.error().message;
  return std::move(*pacer);
}

TEST(TrackPacer, ReadsEachTrackAtItsOwnPace) {
  auto pacer = MakePacer();
  auto fast = MakeTrack({.frame_ms = 10});
  auto slow = MakeTrack({.channels = 2, .frame_ms = 40});
  CountingSink fast_sink;
  CountingSink slow_sink;
  ASSERT_TRUE(pacer->Add(*fast, fast_sink));
  ASSERT_TRUE(pacer->Add(*slow, slow_sink));
  ASSERT_TRUE(fast->Write(View(Samples(480, 1))));
  std::int64_t next_ns = 0;
  for (std::int64_t now_ns = 0; now_ns < 400 * kMs; now_ns = next_ns) {
    next_ns = pacer->Turn(now_ns);
    ASSERT_GT(next_ns, now_ns);
  }
  EXPECT_EQ(fast_sink.n_frames, 40);
  EXPECT_EQ(fast_sink.n_bytes, 960U);
  EXPECT_EQ(fast_sink.last.pts, 39 * 480);
  EXPECT_EQ(slow_sink.n_frames, 10);
  EXPECT_EQ(slow_sink.n_bytes, 7680U);
  EXPECT_EQ(fast->Stats().read, 480);
  const PacerStats stats = pacer->Stats();
  EXPECT_EQ(stats.frames, 50);
  EXPECT_EQ(stats.missed, 0);
  EXPECT_EQ(stats.late_max_ms, 0);
}

TEST(TrackPacer, CountsWhatIsLateAndSkipsAfterAStall) {
  auto pacer = MakePacer();
  auto track = MakeTrack({});
  CountingSink sink;
  ASSERT_TRUE(pacer->Add(*track, sink));
  const std::int64_t first_ns = pacer->Turn(1);
  pacer->Turn(first_ns + 5 * kMs);
  pacer->Turn(first_ns + 220 * kMs);  // the second was due at 20
  EXPECT_EQ(sink.n_frames, 2);
  const PacerStats stats = pacer->Stats();
  EXPECT_EQ(stats.missed, 1);
  EXPECT_EQ(stats.skipped, 10);
  EXPECT_EQ(stats.late_max_ms, 200);
  EXPECT_NEAR(stats.late_p50_ms, 5, 0.7);
}

TEST(TrackPacer, TakesOutWhatIsStoppedRemovedOrNoLongerWanted) {
  auto pacer = MakePacer();
  auto stopped = MakeTrack({});
  auto removed = MakeTrack({});
  auto unwanted = MakeTrack({});
  CountingSink sinks[3];
  sinks[2].n_wanted = 1;
  ASSERT_TRUE(pacer->Add(*stopped, sinks[0]));
  ASSERT_TRUE(pacer->Add(*removed, sinks[1]));
  ASSERT_TRUE(pacer->Add(*unwanted, sinks[2]));
  pacer->Turn(1);
  pacer->Turn(20 * kMs);
  for (const CountingSink& sink : sinks) EXPECT_EQ(sink.n_frames, 1);
  stopped->Stop();
  EXPECT_TRUE(pacer->Remove(*removed));
  EXPECT_FALSE(pacer->Remove(*removed));
  EXPECT_FALSE(pacer->Remove(*unwanted));
  pacer->Turn(40 * kMs);
  for (const CountingSink& sink : sinks) EXPECT_EQ(sink.n_frames, 1);
  EXPECT_TRUE(sinks[0].stopped);
  EXPECT_FALSE(sinks[1].stopped);
  EXPECT_EQ(pacer->Stats().tracks, 0U);
}

TEST(TrackPacer, RefusesTracksOverItsNumberAndTwice) {
  auto pacer = MakePacer({.max_tracks = 1});
  auto one = MakeTrack({});
  auto other = MakeTrack({});
  CountingSink sink;
  ASSERT_TRUE(pacer->Add(*one, sink));
  EXPECT_EQ(pacer->Add(*one, sink).error().code, ErrorCode::kUsage);
  EXPECT_EQ(pacer->Add(*other, sink).error().code, ErrorCode::kUsage);
  EXPECT_TRUE(pacer->Remove(*one));
  EXPECT_TRUE(pacer->Add(*other, sink));
}

TEST(TrackPacer, RefusesOptionsOutOfRange) {
  for (const PacerOptions& options :
       {PacerOptions{.max_tracks = 0}, PacerOptions{.max_tracks = 65'537},
        PacerOptions{.tick_ms = 0}, PacerOptions{.tick_ms = 11}}) {
    const auto pacer = TrackPacer::Create(options);
    ASSERT_FALSE(pacer);
    EXPECT_EQ(pacer.error().code, ErrorCode::kUsage);
  }
}

TEST(TrackPacer, HoldsWhatItPlansAndAllocatesNothing) {
  auto pacer = MakePacer({.max_tracks = 10});
  EXPECT_EQ(TrackPacer::PlanBytes({.max_tracks = 10}), pacer->Stats().held_bytes);
  auto track = MakeTrack({});
  CountingSink sink;
  const auto before = memory::ReadHeap().allocations;
  for (std::int64_t now_ns = 0; now_ns < 10'000 * kMs; now_ns += kMs) {
    if (now_ns % (100 * kMs) == 0) {
      ASSERT_TRUE(pacer->Add(*track, sink));
    }
    pacer->Turn(now_ns);
    if (now_ns % (100 * kMs) == 99 * kMs) {
      ASSERT_TRUE(pacer->Remove(*track));
    }
  }
  EXPECT_EQ(memory::ReadHeap().allocations, before);
  EXPECT_GE(sink.n_frames, 400);
}

// For ThreadSanitizer too: tracks come and go while another thread runs.
TEST(TrackPacer, RunsWhileTracksComeAndGo) {
  auto pacer = MakePacer({.max_tracks = 8});
  std::thread runner([&] { pacer->Run(); });
  std::vector<std::unique_ptr<AudioTrack>> tracks;
  for (int i = 0; i < 8; ++i) tracks.push_back(MakeTrack({.frame_ms = 2.5, .buffer_ms = 50}));
  const Samples samples(480, 7);
  for (int round = 0; round < 5; ++round) {
    std::vector<CountingSink> sinks(tracks.size());
    for (std::size_t i = 0; i < tracks.size(); ++i) {
      ASSERT_TRUE(pacer->Add(*tracks[i], sinks[i]));
    }
    for (std::size_t i = 0; i < tracks.size(); ++i) {
      while (sinks[i].n_frames < 5) {
        ASSERT_TRUE(tracks[i]->Write(View(samples)));
        std::this_thread::yield();
      }
      ASSERT_TRUE(pacer->Remove(*tracks[i]));  // or it would call a sink that is gone
    }
  }
  pacer->Stop();
  runner.join();
  EXPECT_GE(pacer->Stats().frames, 5 * 8 * 5);
}

}  // namespace
}  // namespace tidemark
