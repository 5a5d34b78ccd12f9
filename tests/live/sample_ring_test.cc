#include "live/sample_ring.h"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <thread>
#include <vector>

namespace tidemark::live {
namespace {

// A ring of 32-bit counters: what is put in counts up from where it stopped.
class Ring {
 public:
  explicit Ring(RingSizes sizes)
      : arena_(*memory::Arena::Create(SampleRing::PlanBytes(sizes))), ring(sizes, arena_) {}

  std::int64_t Put(std::int64_t n) {
    std::vector<std::uint32_t> values(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = next_ + static_cast<unsigned>(i);
    const std::int64_t n_put = ring.Put(std::as_bytes(std::span(values)).data(), n);
    next_ += static_cast<std::uint32_t>(n_put);
    return n_put;
  }

  std::vector<std::uint32_t> At(std::int64_t position, std::int64_t n) {
    std::vector<std::uint32_t> values(static_cast<std::size_t>(n));
    const RingSpans spans = ring.At(position, n);
    auto* to = reinterpret_cast<std::byte*>(values.data());
    std::memcpy(to, spans.first.data(), spans.first.size());
    if (!spans.second.empty()) {
      std::memcpy(to + spans.first.size(), spans.second.data(), spans.second.size());
    }
    return values;
  }

 private:
  memory::Arena arena_;
  std::uint32_t next_ = 0;

 public:
  SampleRing ring;
};

constexpr RingSizes kSizes{
    .sample_bytes = 4, .capacity = 10, .slack = 4, .guard = 3, .drop = 2, .seam = 3};

std::vector<std::uint32_t> Count(std::uint32_t from, std::size_t n) {
  std::vector<std::uint32_t> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = from + static_cast<std::uint32_t>(i);
  return values;
}

TEST(SampleRing, GivesWhatWasPutThroughManyWraps) {
  Ring ring(kSizes);
  for (std::uint32_t at = 0; at < 700; at += 7) {
    ASSERT_EQ(ring.Put(7), 7);
    const auto reading = ring.ring.StartReading();
    ASSERT_EQ(reading.begin, at);
    ASSERT_EQ(reading.end, at + 7);
    EXPECT_EQ(ring.At(at, 7), Count(at, 7));
    ring.ring.EndReading(at + 7);
  }
}

TEST(SampleRing, KeepsWhatWasReadLastForAFade) {
  Ring ring(kSizes);
  for (std::uint32_t at = 0; at < 500; at += 5) {
    ring.Put(5);
    ring.ring.StartReading();
    ring.ring.EndReading(at + 5);
    const auto reading = ring.ring.StartReading();
    EXPECT_EQ(ring.At(reading.safe_from, 3), Count(at + 2, 3));
    ring.ring.EndReading(reading.begin);
  }
}

TEST(SampleRing, DropsTheOldestInWholePieces) {
  Ring ring(kSizes);
  ring.Put(10);
  EXPECT_EQ(ring.ring.Room(), 0);
  EXPECT_EQ(ring.ring.DropOldest(3), 4);
  EXPECT_EQ(ring.Put(3), 3);
  const auto reading = ring.ring.StartReading();
  EXPECT_EQ(reading.begin, 4);
  EXPECT_EQ(ring.At(4, 9), Count(4, 9));
}

TEST(SampleRing, KeepsWhatFollowedTheLastSampleReadWhereItIsDropped) {
  Ring ring(kSizes);
  ring.Put(10);
  ring.ring.StartReading();
  ring.ring.EndReading(2);
  for (int i = 0; i < 5; ++i) {
    ring.ring.DropOldest(10);
    ring.Put(10);
  }
  const auto reading = ring.ring.StartReading();
  ASSERT_EQ(reading.seam, 2);
  std::vector<std::uint32_t> seam(3);
  std::memcpy(seam.data(), ring.ring.SeamSamples().data(), 12);
  EXPECT_EQ(seam, Count(2, 3));
  EXPECT_EQ(ring.At(reading.begin, 10), Count(50, 10));
  ring.ring.EndReading(reading.end);
  EXPECT_EQ(ring.ring.StartReading().seam, std::nullopt);
}

TEST(SampleRing, DropsNothingWhileTheReaderReadsAndHasTheSlackForThat) {
  Ring ring(kSizes);
  ring.Put(10);
  const auto reading = ring.ring.StartReading();
  EXPECT_EQ(ring.ring.DropOldest(6), 0);
  EXPECT_EQ(ring.Put(6), 4);
  EXPECT_EQ(ring.At(reading.begin, 10), Count(0, 10));
  ring.ring.EndReading(2);
  EXPECT_EQ(ring.ring.DropOldest(6), 8);
  EXPECT_EQ(ring.Put(6), 6);
}

TEST(SampleRing, ReadsNothingThatWasFlushed) {
  Ring ring(kSizes);
  ring.Put(10);
  ring.ring.StartReading();
  ring.ring.EndReading(2);
  ring.ring.DropOldest(2);
  ring.Put(2);
  EXPECT_EQ(ring.ring.Flush(), ring.ring.sizes().capacity);
  EXPECT_EQ(ring.ring.Flush(), 0);
  EXPECT_EQ(ring.ring.buffered(), 0);
  EXPECT_EQ(ring.ring.Room(), 10);
  EXPECT_EQ(ring.Put(10), 10);
  const auto reading = ring.ring.StartReading();
  EXPECT_EQ(reading.begin, 12);
  EXPECT_EQ(reading.seam, std::nullopt);
  EXPECT_EQ(ring.At(12, 10), Count(12, 10));
}

#ifdef TIDEMARK_SANITIZED
constexpr int kReads = 4'000;
#else
constexpr int kReads = 20'000;
#endif

// Each side does its worst: what is read is always a run of what was written.
TEST(SampleRing, NeverTearsBetweenTwoThreads) {
  constexpr RingSizes kSmall{
      .sample_bytes = 4, .capacity = 24, .slack = 16, .guard = 4, .drop = 8, .seam = 4};
  Ring ring(kSmall);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    while (!done.load(std::memory_order_relaxed)) {
      if (ring.ring.Room() < 8) ring.ring.DropOldest(8);
      ring.Put(8);
    }
  });
  std::int64_t last = 0;
  for (int i = 0; i < kReads;) {
    const auto reading = ring.ring.StartReading();
    const bool any = reading.end - reading.begin >= 8;
    if (any) {
      ++i;
      const auto values = ring.At(reading.begin, 8);
      ASSERT_EQ(values, Count(static_cast<std::uint32_t>(reading.begin), 8));
      ASSERT_GE(reading.begin, last);
      last = reading.begin + 8;
    }
    ring.ring.EndReading(any ? last : reading.begin);
  }
  done = true;
  writer.join();
}

}  // namespace
}  // namespace tidemark::live
