#include "engine/track_feed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace tidemark::engine {
namespace {

// A ramp of 16-bit values, then the end or a failure.
class Ramp final : public io::Source {
 public:
  explicit Ramp(std::size_t n_frames, bool fails = false) : n_frames_(n_frames), fails_(fails) {
    info_.stream = {.sample_rate_hz = 48'000, .channels = 1};
  }
  [[nodiscard]] const io::SourceInfo& info() const override { return info_; }
  Result<std::size_t> Read(AudioBlock out) override {
    const std::size_t n = std::min(out.n_frames(), n_frames_ - at_);
    if (n == 0 && fails_) return Fail(ErrorCode::kBadData, "damaged");
    for (std::size_t i = 0; i < n; ++i, ++at_) {
      out.channel(0)[i] = static_cast<float>(at_ % 1000) / 32768.0F;
    }
    return n;
  }
  Result<void> Seek(std::int64_t) override { return Fail(ErrorCode::kUnsupported, "no"); }
  [[nodiscard]] bool truncated() const override { return false; }

 private:
  io::SourceInfo info_;
  std::size_t n_frames_;
  bool fails_;
  std::size_t at_ = 0;
};

constexpr std::size_t kFrame = 960;

struct Fixture {
  explicit Fixture(Ramp& ramp, double buffer_ms = 100)
      : track(*AudioTrack::Create({.buffer_ms = buffer_ms,
                                   .max_input_rate_hz = 48'000,
                                   .overflow = Overflow::kBlock,
                                   .block_timeout_ms = 3'600'000})),
        arena(*memory::Arena::Create(TrackFeed::PlanBytes(ramp.info(), track->options()))),
        feed(ramp, *track, arena) {
    EXPECT_EQ(arena.used(), arena.size());
  }

  // Everything, a frame at a time.
  std::vector<std::int16_t> Drain() {
    std::vector<std::int16_t> all;
    std::vector<std::byte> frame(track->frame_bytes());
    for (;;) {
      feed.Await(kFrame);
      if (feed.ended() && SamplesWaiting(*track) == 0) return all;
      const auto info = track->Read(frame);
      EXPECT_TRUE(info && info->audio);
      all.resize(all.size() + kFrame);
      std::memcpy(&all[all.size() - kFrame], frame.data(), frame.size());
    }
  }

  std::unique_ptr<AudioTrack> track;
  memory::Arena arena;
  TrackFeed feed;
};

void ExpectRamp(const std::vector<std::int16_t>& all, std::size_t n_frames) {
  ASSERT_EQ(all.size(), (n_frames + kFrame - 1) / kFrame * kFrame);
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(all[i], i < n_frames ? static_cast<int>(i % 1000) : 0) << i;
  }
}

TEST(TrackFeed, FeedsAllOfItsSourceOnTheReadersThread) {
  Ramp ramp(100'001);
  Fixture fixture(ramp);
  ExpectRamp(fixture.Drain(), 100'001);
  EXPECT_TRUE(fixture.feed.outcome());
}

TEST(TrackFeed, FeedsAllOfItsSourceOnAThreadOfItsOwnThroughAShortTrack) {
  Ramp ramp(1'000'001);
  Fixture fixture(ramp, 60);
  ASSERT_TRUE(fixture.feed.Start());
  ExpectRamp(fixture.Drain(), 1'000'001);
  EXPECT_TRUE(fixture.feed.outcome());
  EXPECT_EQ(fixture.track->Stats().dropped_newest, 0);
}

TEST(TrackFeed, GivesTheTrackWhatCameBeforeAFailure) {
  Ramp ramp(5'000, true);
  Fixture fixture(ramp);
  ASSERT_TRUE(fixture.feed.Start());
  ExpectRamp(fixture.Drain(), 5'000);
  ASSERT_FALSE(fixture.feed.outcome());
  EXPECT_EQ(fixture.feed.outcome().error().code, ErrorCode::kBadData);
}

TEST(TrackFeed, EndsWhileItWaitsForAReaderWhoNeverComes) {
  Ramp ramp(10'000'000);
  Fixture fixture(ramp);
  ASSERT_TRUE(fixture.feed.Start());
  fixture.feed.Await(kFrame);
  EXPECT_FALSE(fixture.feed.ended());  // the destructor ends it
}

}  // namespace
}  // namespace tidemark::engine
