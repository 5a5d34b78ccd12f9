// A track between threads; meant for ThreadSanitizer as much as for what it asserts.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/live/track_signals.h"

namespace tidemark {
namespace {

using test::Frame;
using test::MakeTrack;
using test::ReadFrame;
using test::Samples;
using test::View;

// Both channels count up, the second negative.
Samples Ramp(std::int16_t from, std::size_t n) {
  Samples samples(2 * n);
  for (std::size_t i = 0; i < n; ++i) {
    samples[2 * i] = static_cast<std::int16_t>(from + static_cast<int>(i));
    samples[2 * i + 1] = static_cast<std::int16_t>(-samples[2 * i]);
  }
  return samples;
}

void ExpectWhole(const Frame& frame) {
  const Samples& x = frame.samples;
  for (std::size_t i = 0; i < x.size(); i += 2) {
    ASSERT_EQ(x[i + 1], static_cast<std::int16_t>(-x[i]));
    if (i > 0) ASSERT_EQ(x[i], static_cast<std::int16_t>(x[i - 2] + 1));
  }
}

TEST(AudioTrackThreads, GivesWholeFramesWhileAnotherThreadOverflowsAndOneFlushes) {
  for (const Overflow overflow : {Overflow::kDropOldest, Overflow::kDropNewest, Overflow::kBlock}) {
    auto track = MakeTrack({.sample_rate_hz = 8'000,
                            .channels = 2,
                            .frame_ms = 5,
                            .buffer_ms = 17,
                            .overflow = overflow,
                            .fade_ms = 0});
    std::atomic<bool> done = false;
    std::thread writer([&] {
      std::int16_t from = 0;
      while (!done) {
        const std::size_t n = 1 + static_cast<std::size_t>(from % 250 + 250) % 250;
        const Samples ramp = Ramp(from, n);
        if (!track->Write(View(ramp, 8'000, 2))) break;
        from = static_cast<std::int16_t>(from + static_cast<int>(n));
      }
    });
    std::thread other([&] {
      while (!done) {
        if (track->Stats().read % 7 == 0) track->Flush();
        std::this_thread::yield();
      }
    });
    for (int n_audio = 0; n_audio < 2'000;) {
      const Frame frame = ReadFrame(*track);
      if (!frame.info.audio) continue;
      ++n_audio;
      if (overflow == Overflow::kDropOldest) {
        for (std::size_t i = 0; i < frame.samples.size(); i += 2) {
          ASSERT_EQ(frame.samples[i + 1], static_cast<std::int16_t>(-frame.samples[i]));
        }
      }
      if (overflow == Overflow::kBlock) ASSERT_NO_FATAL_FAILURE(ExpectWhole(frame));
    }
    done = true;
    track->Stop();
    writer.join();
    other.join();
  }
}

}  // namespace
}  // namespace tidemark
