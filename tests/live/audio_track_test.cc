// What a track promises, one behaviour a test; fades are off where samples are compared.
#include "tidemark/audio_track.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>

#include "memory/heap.h"
#include "tests/live/track_signals.h"

namespace tidemark {
namespace {

using test::Frame;
using test::MakeTrack;
using test::ReadFrame;
using test::Samples;
using test::View;
using namespace std::chrono_literals;

constexpr TrackOptions kExact{.fade_ms = 0};
Samples Constant(std::int16_t value, double ms, int rate_hz = 48'000) {
  return Samples(static_cast<std::size_t>(rate_hz * ms / 1000), value);
}
bool AllAre(const Samples& samples, std::int16_t value) {
  return std::ranges::all_of(samples, [&](std::int16_t x) { return x == value; });
}

TEST(AudioTrack, GivesTheSamplesThatWereWrittenInFramesOf20Ms) {
  auto track = MakeTrack(kExact);
  Samples ramp(1920);
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<std::int16_t>(i);
  EXPECT_EQ(track->Write(View(ramp)), 1920U);
  for (int k = 0; k < 2; ++k) {
    const Frame frame = ReadFrame(*track);
    EXPECT_TRUE(frame.info.audio);
    EXPECT_EQ(frame.info.pts, 960 * k);
    EXPECT_EQ(frame.samples, Samples(ramp.begin() + 960 * k, ramp.begin() + 960 * (k + 1)));
  }
}

TEST(AudioTrack, TakesFloatsAtTheirFullScale) {
  auto track = MakeTrack(kExact);
  ASSERT_TRUE(track->Write(View(std::vector<float>(960, 0.5F))));
  EXPECT_TRUE(AllAre(ReadFrame(*track).samples, 16384));
}

TEST(AudioTrack, GivesAWholeFrameAtOnceForOneThatWasWrittenAtAnyRate) {
  for (const int rate_hz : {8'000, 16'000, 24'000, 44'100, 96'000, 192'000}) {
    auto track = MakeTrack(kExact);
    ASSERT_TRUE(track->Write(View(Constant(8000, 20, rate_hz), rate_hz)));
    const Frame frame = ReadFrame(*track);
    EXPECT_TRUE(frame.info.audio) << rate_hz;
    EXPECT_NEAR(frame.samples[480], 8000, 200) << rate_hz;
  }
}

TEST(AudioTrack, MixesChannels) {
  auto stereo = MakeTrack({.channels = 2, .fade_ms = 0});
  ASSERT_TRUE(stereo->Write(View(Constant(700, 20))));
  EXPECT_TRUE(AllAre(ReadFrame(*stereo).samples, 700));
  auto mono = MakeTrack(kExact);
  Samples left_right(1920);
  for (std::size_t i = 0; i < 1920; ++i) left_right[i] = i % 2 == 0 ? 1000 : 500;
  ASSERT_TRUE(mono->Write(View(left_right, 48'000, 2)));
  EXPECT_TRUE(AllAre(ReadFrame(*mono).samples, 750));
}

TEST(AudioTrack, DropsTheOldestWhereMoreIsWrittenThanItHolds) {
  auto track = MakeTrack({.buffer_ms = 100, .fade_ms = 0});
  ASSERT_TRUE(track->Write(View(Constant(100, 40))));
  ASSERT_TRUE(track->Write(View(Constant(200, 200))));
  for (int k = 0; k < 5; ++k) EXPECT_TRUE(AllAre(ReadFrame(*track).samples, 200)) << k;
  EXPECT_TRUE(AllAre(ReadFrame(*track).samples, 0));
  EXPECT_EQ(track->Stats().dropped_oldest, 48 * 140);
  EXPECT_EQ(track->Stats().dropped_newest, 0);
}

TEST(AudioTrack, KeepsTheOldestWhereAsked) {
  auto track = MakeTrack({.buffer_ms = 100, .overflow = Overflow::kDropNewest, .fade_ms = 0});
  EXPECT_EQ(track->Write(View(Constant(100, 40))), 48U * 40);
  EXPECT_EQ(track->Write(View(Constant(200, 200))), 48U * 60);
  EXPECT_TRUE(AllAre(ReadFrame(*track).samples, 100));
  EXPECT_EQ(track->Stats().dropped_newest, 48 * 140);
}

TEST(AudioTrack, WaitsForTheReaderWhereAsked) {
  auto track =
      MakeTrack({.buffer_ms = 100, .overflow = Overflow::kBlock, .block_timeout_ms = 60'000});
  std::thread writer([&] { EXPECT_EQ(track->Write(View(Constant(9, 1000))), 48'000U); });
  int n_audio = 0;
  while (n_audio < 50) n_audio += ReadFrame(*track).info.audio;
  writer.join();
  EXPECT_EQ(track->Stats().dropped_oldest + track->Stats().dropped_newest, 0);
}

TEST(AudioTrack, GivesUpWaitingAfterItsTime) {
  auto track = MakeTrack({.buffer_ms = 20, .overflow = Overflow::kBlock, .block_timeout_ms = 5});
  EXPECT_EQ(track->Write(View(Constant(9, 50))), 960U);
  EXPECT_EQ(track->Stats().dropped_newest, 1440);
}

TEST(AudioTrack, IsSilentWhereAWholeFrameIsMissing) {
  auto track = MakeTrack(kExact);
  EXPECT_TRUE(AllAre(ReadFrame(*track).samples, 0));
  ASSERT_TRUE(track->Write(View(Constant(5, 10))));
  const Frame frame = ReadFrame(*track);
  EXPECT_TRUE(AllAre(frame.samples, 0));
  EXPECT_FALSE(frame.info.audio);
  EXPECT_EQ(frame.info.pts, 960);
}

TEST(AudioTrack, FillsTheLastFrameWithSilence) {
  auto track = MakeTrack(kExact);
  ASSERT_TRUE(track->Write(View(Constant(5, 10))));
  ASSERT_TRUE(track->Finish());
  const Samples samples = ReadFrame(*track).samples;
  EXPECT_TRUE(AllAre(Samples(samples.begin(), samples.begin() + 480), 5));
  EXPECT_TRUE(AllAre(Samples(samples.begin() + 480, samples.end()), 0));
  EXPECT_TRUE(ReadFrame(*track).info.end);
  ASSERT_TRUE(track->Write(View(Constant(6, 20))));
  EXPECT_TRUE(AllAre(ReadFrame(*track).samples, 6));
}

TEST(AudioTrack, ReadsNothingThatWasFlushedAndGoesOnCounting) {
  auto track = MakeTrack(kExact);
  ASSERT_TRUE(track->Write(View(Constant(5, 40))));
  EXPECT_TRUE(ReadFrame(*track).info.audio);
  track->Flush();
  EXPECT_TRUE(AllAre(ReadFrame(*track).samples, 0));
  EXPECT_EQ(track->Stats().flushed, 960);
  ASSERT_TRUE(track->Write(View(Constant(6, 20))));
  const Frame frame = ReadFrame(*track);
  EXPECT_TRUE(AllAre(frame.samples, 6));
  EXPECT_EQ(frame.info.pts, 1920);
}

TEST(AudioTrack, FailsAllCallsOnceItIsStopped) {
  auto track = MakeTrack(kExact);
  track->Stop();
  Samples frame(960);
  const auto bytes = std::as_writable_bytes(std::span(frame));
  EXPECT_EQ(track->Read(bytes).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(track->ReadPaced(bytes).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(track->Write(View(frame)).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(track->Finish().error().code, ErrorCode::kCancelled);
}

TEST(AudioTrack, WakesAReaderAndAWriterThatWaitWhenItIsStopped) {
  auto track = MakeTrack({.frame_ms = 60,
                          .buffer_ms = 60,
                          .overflow = Overflow::kBlock,
                          .block_timeout_ms = 3'600'000});
  std::thread writer(
      [&] { EXPECT_LT(track->Write(View(Constant(9, 3'000))).value_or(0), 48U * 3000); });
  while (track->Stats().written == 0) std::this_thread::yield();
  track->Stop();
  writer.join();
}

TEST(AudioTrack, EndsAWaitThatIsCalledOff) {
  int n_asked = 0;
  auto track = MakeTrack({.buffer_ms = 100,
                          .overflow = Overflow::kBlock,
                          .block_timeout_ms = 3'600'000,
                          .fade_ms = 0,
                          .keep_waiting = [](void* n) { return ++*static_cast<int*>(n) < 3; },
                          .keep_waiting_context = &n_asked});
  EXPECT_EQ(track->Write(View(Constant(9, 3'000))).value_or(0), 4'800U);
  EXPECT_EQ(n_asked, 3);
  EXPECT_EQ(track->Stats().dropped_newest, 48 * 3'000 - 4'800);
  n_asked = 0;
  Samples frame(960);
  const auto bytes = std::as_writable_bytes(std::span(frame));
  ASSERT_TRUE(track->ReadPaced(bytes));
  for (int k = 0; k < 60'000; ++k) ASSERT_TRUE(track->Read(bytes));
  const auto called_off = track->ReadPaced(bytes);
  ASSERT_FALSE(called_off);
  EXPECT_EQ(called_off.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(n_asked, 3);
  EXPECT_EQ(track->Read(bytes)->pts, 60'001 * 960);
}

TEST(AudioTrack, SaysWhenTheNextFrameIsDueByACallersClock) {
  constexpr std::int64_t kFrame_ns = 20'000'000;
  auto track = MakeTrack(kExact);
  std::int64_t now_ns = 5;
  EXPECT_EQ(track->NextDueNs(now_ns), 5);
  ReadFrame(*track);
  EXPECT_EQ(track->NextDueNs(now_ns), 5 + kFrame_ns);
  ReadFrame(*track);
  EXPECT_EQ(track->NextDueNs(now_ns), 5 + 2 * kFrame_ns);
  now_ns += 10 * kFrame_ns;
  EXPECT_EQ(track->NextDueNs(now_ns), now_ns);
  EXPECT_EQ(track->Stats().reanchors, 1);
}

TEST(AudioTrack, PacesFramesByTheirTime) {
  auto track = MakeTrack({.frame_ms = 10});
  Samples frame(480);
  const auto start = std::chrono::steady_clock::now();
  for (int k = 0; k < 11; ++k) {
    ASSERT_TRUE(track->ReadPaced(std::as_writable_bytes(std::span(frame))));
  }
  EXPECT_GE(std::chrono::steady_clock::now() - start, 100ms);
}

TEST(AudioTrack, BoundsTheLatency) {
  auto track = MakeTrack({.max_latency_ms = 60, .fade_ms = 0});
  Samples ramp(48 * 500);
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<std::int16_t>(i);
  ASSERT_TRUE(track->Write(View(ramp)));
  EXPECT_EQ(ReadFrame(*track).samples[0], 48 * 440);
  EXPECT_EQ(track->Stats().dropped_late, 48 * 440);
  EXPECT_EQ(track->Stats().buffered_ms, 40);
}

TEST(AudioTrack, CountsWhatIsNotFiniteAndTakesItForZero) {
  auto track = MakeTrack(kExact);
  std::vector<float> samples(960, 0.25F);
  samples[7] = std::numeric_limits<float>::quiet_NaN();
  samples[8] = std::numeric_limits<float>::infinity();
  ASSERT_TRUE(track->Write(View(samples)));
  const Frame frame = ReadFrame(*track);
  EXPECT_EQ(frame.samples[6], 8192);
  EXPECT_EQ(frame.samples[7], 0);
  EXPECT_EQ(frame.samples[8], 0);
  EXPECT_EQ(track->Stats().non_finite, 2);
}

TEST(AudioTrack, NeverSwapsChannelsNorTearsSamplesWhereItOverflowsByOddLengths) {
  for (const int rate_hz : {44'100, 48'000}) {
    for (const double buffer_ms : {25.0, 55.0}) {
      auto track = MakeTrack(
          {.sample_rate_hz = rate_hz, .channels = 2, .buffer_ms = buffer_ms, .fade_ms = 0});
      Samples pairs(2 * 1001);
      for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = i % 2 == 0 ? 1111 : -2222;
      for (int k = 0; k < 50; ++k) {
        ASSERT_TRUE(track->Write(View(pairs, rate_hz, 2)));
        if (k % 3 != 0) continue;
        const Frame frame = ReadFrame(*track);
        ASSERT_TRUE(frame.info.audio);
        for (std::size_t i = 0; i < frame.samples.size(); ++i) {
          ASSERT_EQ(frame.samples[i], i % 2 == 0 ? 1111 : -2222);
        }
      }
    }
  }
}

TEST(AudioTrack, HoldsTheSameBytesWhateverHappens) {
  auto track = MakeTrack({.buffer_ms = 200});
  const std::size_t held_bytes = track->Stats().held_bytes;
  EXPECT_EQ(AudioTrack::PlanBytes(track->options()), held_bytes);
  const std::vector<float> stereo(2 * 882, 0.1F);
  const Samples mono = Constant(3, 20);
  std::vector<std::byte> frame(track->frame_bytes());
  const memory::HeapReading before = memory::ReadHeap();
  for (int k = 0; k < 500; ++k) {
    ASSERT_TRUE(track->Write(View(stereo, 44'100, 2)));
    ASSERT_TRUE(track->Write(View(mono)));
    ASSERT_TRUE(track->Read(frame));
    if (k % 50 == 0) track->Flush();
  }
  EXPECT_EQ(memory::ReadHeap().allocations, before.allocations);
  EXPECT_EQ(track->Stats().held_bytes, held_bytes);
}

TEST(AudioTrack, RefusesWhatMakesNoSense) {
  for (const TrackOptions& options :
       {TrackOptions{.sample_rate_hz = 0}, TrackOptions{.channels = 0}, TrackOptions{.channels = 9},
        TrackOptions{.frame_ms = 2}, TrackOptions{.frame_ms = 61}, TrackOptions{.buffer_ms = 10},
        TrackOptions{.max_latency_ms = 30},
        TrackOptions{.frame_ms = std::numeric_limits<double>::quiet_NaN()}}) {
    const auto track = AudioTrack::Create(options);
    ASSERT_FALSE(track);
    EXPECT_EQ(track.error().code, ErrorCode::kUsage);
  }
  auto track = MakeTrack({});
  Samples samples(960);
  EXPECT_EQ(track->Write(View(samples, 48'000, 9)).error().code, ErrorCode::kUsage);
  EXPECT_EQ(track->Write(View(samples, 3'999)).error().code, ErrorCode::kUsage);
  EXPECT_EQ(track->Write({.n_samples = 1}).error().code, ErrorCode::kUsage);
  EXPECT_EQ(track->Read(std::as_writable_bytes(std::span(samples).first(959))).error().code,
            ErrorCode::kUsage);
}

}  // namespace
}  // namespace tidemark
