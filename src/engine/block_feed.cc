#include "engine/block_feed.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>

#include "base/thread.h"

namespace tidemark::engine {
namespace {

constexpr std::size_t kWorthWaking = kQueueBlocks / 2;
constexpr std::chrono::milliseconds kPatience{20};

AudioBlock TakeBlock(memory::Arena& arena, std::size_t n_channels, std::size_t n_frames) {
  const auto planes = arena.Take<float*>(n_channels);
  for (float*& plane : planes) plane = arena.Take<float>(n_frames).data();
  return {planes, n_frames};
}

class InlineFeed final : public BlockFeed {
 public:
  InlineFeed(FeedingStage stage, AudioBlock block) : stage_(stage), block_(block) {}
  Result<ReadBlock> Next() override { return stage_.Read(block_); }

 private:
  FeedingStage stage_;
  AudioBlock block_;
};

// A ring of blocks between one decoding and one analysing thread. A block goes round:
// free -> filled by the decoder -> in use by the analyzer until it asks for the next -> free.
class ThreadedFeed final : public BlockFeed {
 public:
  using Blocks = std::array<AudioBlock, kQueueBlocks>;

  ThreadedFeed(FeedingStage stage, const Blocks& blocks) : stage_(stage), blocks_(blocks) {}

  ~ThreadedFeed() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    space_.notify_one();
    thread_.Join();
  }

  Result<void> Start() {
    return thread_.Start(kDecodeStackBytes, [this] { Decode(); });
  }

  Result<ReadBlock> Next() override {
    std::unique_lock lock(mutex_);
    if (in_use_) {
      in_use_ = false;
      ++n_taken_;
      if (HasMuchSpace()) space_.notify_one();
    }
    if (n_filled_ == n_taken_) WaitForBlocks(lock);
    in_use_ = true;
    return *std::move(results_[n_taken_ % kQueueBlocks]);
  }

 private:
  // To wake a thread costs as much as analysing a good part of a block: where decoding is what
  // takes long, several blocks are waited for, but not long, since a pipe may be slow.
  void WaitForBlocks(std::unique_lock<std::mutex>& lock) {
    filled_.wait_for(lock, kPatience, [this] { return WorthWaking(); });
    if (n_filled_ > n_taken_) return;
    wants_any_ = true;
    filled_.wait(lock, [this] { return n_filled_ > n_taken_; });
    wants_any_ = false;
  }

  [[nodiscard]] bool HasMuchSpace() const {
    return n_filled_ - n_taken_ <= kQueueBlocks - kWorthWaking;
  }

  [[nodiscard]] bool WorthWaking() const {
    return decoded_all_ || wants_any_ || n_filled_ - n_taken_ >= kWorthWaking;
  }

  void Decode() {
    for (bool more = true; more;) {
      {
        std::unique_lock lock(mutex_);
        if (n_filled_ - n_taken_ == kQueueBlocks) {
          space_.wait(lock, [this] { return stopping_ || HasMuchSpace(); });
        }
        if (stopping_) return;
      }
      const std::size_t slot = n_filled_ % kQueueBlocks;
      Result<ReadBlock> result = ReadGuarded(blocks_[slot]);
      more = result && result->audio.n_frames() > 0;
      bool wake = false;
      {
        const std::lock_guard lock(mutex_);
        results_[slot].emplace(std::move(result));
        ++n_filled_;
        decoded_all_ = !more;
        wake = WorthWaking();
      }
      if (wake) filled_.notify_one();
    }
  }

  // bad_alloc must not leave the thread.
  Result<ReadBlock> ReadGuarded(AudioBlock block) {
    try {
      return stage_.Read(block);
    } catch (const std::bad_alloc&) {
      return Fail(ErrorCode::kMemory, "out of memory");  // short: needs no allocation
    }
  }

  FeedingStage stage_;
  Blocks blocks_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::condition_variable space_;
  // Guarded by mutex_; a result's block belongs to the decoder until counted in n_filled_, and to
  // the analyzer from then until counted in n_taken_.
  std::array<std::optional<Result<ReadBlock>>, kQueueBlocks> results_;
  std::size_t n_filled_ = 0;
  std::size_t n_taken_ = 0;
  bool in_use_ = false;
  bool wants_any_ = false;  // the analyzer has waited long enough
  bool decoded_all_ = false;
  bool stopping_ = false;
  Thread thread_;
};

std::size_t BlocksOf(const FeedOptions& options) { return options.threaded ? kQueueBlocks : 1; }

}  // namespace

std::size_t DefaultBlockFrames(int n_channels) {
  const std::size_t frames =
      kFeedBlockBytes / sizeof(float) / static_cast<std::size_t>(std::max(n_channels, 1));
  return std::max(frames / kBlockFrames, std::size_t{1}) * kBlockFrames;
}

std::size_t BlockFeed::PlanBytes(const FeedOptions& options, int n_channels) {
  const auto channels = static_cast<std::size_t>(n_channels);
  return BlocksOf(options) * (memory::ArenaBytes<float*>(channels) +
                              channels * memory::ArenaBytes<float>(options.block_frames));
}

Result<std::unique_ptr<BlockFeed>> BlockFeed::Create(const FeedOptions& options, io::Source& source,
                                                     const RangePlan& ranges,
                                                     const Cancellation& cancellation,
                                                     AnalyzerLane& ahead, memory::Arena& arena) {
  const auto channels = static_cast<std::size_t>(source.info().stream.channels);
  const FeedingStage stage(RangeReader(source, ranges, cancellation), ahead);
  if (!options.threaded) {
    return std::make_unique<InlineFeed>(stage, TakeBlock(arena, channels, options.block_frames));
  }
  ThreadedFeed::Blocks blocks;
  for (AudioBlock& block : blocks) block = TakeBlock(arena, channels, options.block_frames);
  auto feed = std::make_unique<ThreadedFeed>(stage, blocks);
  TM_TRY(feed->Start());
  return feed;
}

}  // namespace tidemark::engine
