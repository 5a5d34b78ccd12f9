#include "engine/block_feed.h"

#include <gtest/gtest.h>

#include <latch>
#include <vector>

#include "memory/heap.h"
#include "tests/engine/range_options.h"
#include "tests/io/fake_source.h"

namespace tidemark::engine {
namespace {

using io::FakeSource;

struct Delivered {
  std::int64_t first_frame;
  std::size_t n_frames;
  bool gap_before;
  std::vector<float> last_channel;
  bool operator==(const Delivered&) const = default;
};

struct Delivery {
  std::vector<Delivered> blocks;
  Result<void> end;
};

std::size_t LaneAndFeedBytes(const FeedOptions& options, int channels) {
  return BlockFeed::PlanBytes(options, channels) + AnalyzerLane::PlanBytes(channels);
}

Delivery RunFeed(FakeSource& source, const RangeOptions& options, FeedOptions feed_options) {
  const RangePlan ranges = RangePlan::Create(options, source.info()).value();
  const int channels = source.info().stream.channels;
  auto arena = memory::Arena::Create(LaneAndFeedBytes(feed_options, channels)).value();
  AnalyzerLane ahead(channels, arena);
  const Cancellation cancellation;
  auto feed = BlockFeed::Create(feed_options, source, ranges, cancellation, ahead, arena).value();
  EXPECT_EQ(arena.used(), arena.size());
  Delivery delivery;
  for (;;) {
    const auto block = feed->Next();
    if (!block) {
      delivery.end = tl::unexpected<Error>(block.error());
      return delivery;
    }
    if (block->audio.n_frames() == 0) return delivery;
    const auto samples = block->audio.channel(static_cast<std::size_t>(channels) - 1);
    delivery.blocks.push_back({block->first_frame,
                               block->audio.n_frames(),
                               block->gap_before,
                               {samples.begin(), samples.end()}});
  }
}

TEST(BlockFeed, DeliversTheSameBlocksWithOneThreadAndTwo) {
  const RangeOptions whole;
  const RangeOptions sampled = Sampled(40);
  for (const RangeOptions& options : {whole, sampled}) {
    FakeSource first(300'000, 3, true);
    FakeSource second(300'000, 3, true);
    const auto inline_blocks = RunFeed(first, options, {.block_frames = 2048, .threaded = false});
    const auto threaded_blocks = RunFeed(second, options, {.block_frames = 2048, .threaded = true});
    EXPECT_TRUE(inline_blocks.end.has_value());
    EXPECT_EQ(inline_blocks.blocks, threaded_blocks.blocks);
  }
}

TEST(BlockFeed, FillsEveryBlockButTheLastOfARange) {
  FakeSource source(300'000, 1, true);
  const auto delivery = RunFeed(source, Sampled(40), {.block_frames = 2048, .threaded = false});
  std::size_t n_gaps = 0;
  std::int64_t expected = 0;
  for (std::size_t i = 0; i < delivery.blocks.size(); ++i) {
    const Delivered& block = delivery.blocks[i];
    const bool last_of_range = i + 1 == delivery.blocks.size() || delivery.blocks[i + 1].gap_before;
    EXPECT_TRUE(last_of_range || block.n_frames == 2048U);
    n_gaps += block.gap_before ? 1 : 0;
    EXPECT_TRUE(block.gap_before || block.first_frame == expected);
    expected = block.first_frame + static_cast<std::int64_t>(block.n_frames);
    EXPECT_EQ(block.last_channel.front(), FakeSource::Sample(block.first_frame, 0));
  }
  EXPECT_EQ(n_gaps, 8U);
}

TEST(BlockFeed, SkipsToTheStartOfWhatCannotBeSeeked) {
  FakeSource source(10'000, 2, false);
  const auto delivery = RunFeed(source, StartAt(4), {.block_frames = 1024, .threaded = true});
  ASSERT_FALSE(delivery.blocks.empty());
  EXPECT_EQ(delivery.blocks.front().first_frame, 4'000);
  EXPECT_TRUE(delivery.blocks.front().gap_before);
  EXPECT_EQ(delivery.blocks.front().last_channel.front(), FakeSource::Sample(4'000, 1));
  EXPECT_EQ(source.n_seeks(), 0);
}

TEST(BlockFeed, HandsOnTheSourcesErrorAfterTheBlocksBefore) {
  for (const bool threaded : {false, true}) {
    FakeSource source(100'000, 2, true);
    source.FailAt(50'000);
    const auto delivery = RunFeed(source, {}, {.block_frames = 1024, .threaded = threaded});
    ASSERT_FALSE(delivery.end);
    EXPECT_EQ(delivery.end.error().code, ErrorCode::kIo);
    EXPECT_EQ(delivery.blocks.size(), 50'000U / 1024U);
  }
}

TEST(BlockFeed, StopsItsThreadWhenItIsDroppedHalfWay) {
  FakeSource source(10'000'000, 2, true);
  const RangePlan ranges = RangePlan::Create({}, source.info()).value();
  const FeedOptions options{.block_frames = 1024, .threaded = true};
  auto arena = memory::Arena::Create(LaneAndFeedBytes(options, 2)).value();
  AnalyzerLane ahead(2, arena);
  const Cancellation cancellation;
  auto feed = BlockFeed::Create(options, source, ranges, cancellation, ahead, arena).value();
  ASSERT_TRUE(feed->Next());
  feed.reset();
}

// As a pipe from a live recording: the second block comes only after the first was taken.
class SlowSource final : public io::Source {
 public:
  [[nodiscard]] const io::SourceInfo& info() const override { return inner_.info(); }
  Result<std::size_t> Read(AudioBlock out) override {
    if (n_reads_++ > 0) first_taken_.wait();
    return inner_.Read(out);
  }
  Result<void> Seek(std::int64_t frame) override { return inner_.Seek(frame); }
  [[nodiscard]] bool truncated() const override { return false; }
  void FirstTaken() { first_taken_.count_down(); }

 private:
  FakeSource inner_{5'000, 1, false};
  std::latch first_taken_{1};
  int n_reads_ = 0;
};

TEST(BlockFeed, HandsOnASingleBlockOfASlowSource) {
  SlowSource source;
  const RangePlan ranges = RangePlan::Create({}, source.info()).value();
  const FeedOptions options{.block_frames = 1024, .threaded = true};
  auto arena = memory::Arena::Create(LaneAndFeedBytes(options, 1)).value();
  AnalyzerLane ahead(1, arena);
  const Cancellation cancellation;
  auto feed = BlockFeed::Create(options, source, ranges, cancellation, ahead, arena).value();
  const auto block = feed->Next();  // never, if several were waited for
  ASSERT_TRUE(block);
  EXPECT_EQ(block->audio.n_frames(), 1024U);
  source.FirstTaken();
  std::size_t n_frames = block->audio.n_frames();
  while (const auto next = feed->Next()) {
    if (next->audio.n_frames() == 0) break;
    n_frames += next->audio.n_frames();
  }
  EXPECT_EQ(n_frames, 5'000U);
}

TEST(BlockFeed, AllocatesNothingBetweenTheFirstAndTheLastBlock) {
  FakeSource source(1'000'000, 2, true);
  const RangePlan ranges = RangePlan::Create({}, source.info()).value();
  const FeedOptions options{.block_frames = 8192, .threaded = true};
  auto arena = memory::Arena::Create(LaneAndFeedBytes(options, 2)).value();
  AnalyzerLane ahead(2, arena);
  const Cancellation cancellation;
  auto feed = BlockFeed::Create(options, source, ranges, cancellation, ahead, arena).value();
  const std::uint64_t before = memory::ReadHeap().allocations;
  while (feed->Next()->audio.n_frames() > 0) {
  }
  EXPECT_EQ(memory::ReadHeap().allocations, before);
}

TEST(BlockFeed, KeepsItsMemoryBoundedForManyChannels) {
  for (int channels = 1; channels <= kMaxChannels; ++channels) {
    const std::size_t frames = DefaultBlockFrames(channels);
    EXPECT_EQ(frames % kBlockFrames, 0U);
    EXPECT_GE(frames, kBlockFrames);
    EXPECT_LE(BlockFeed::PlanBytes({.block_frames = frames, .threaded = true}, channels),
              (std::size_t{2} << 20) + 8 * memory::ArenaBytes<float*>(kMaxChannels));
  }
}

}  // namespace
}  // namespace tidemark::engine
