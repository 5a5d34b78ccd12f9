// BlockFeed: decoded blocks, one after the other, for the analysing thread. With two threads a
// decoding thread runs ahead through a bounded queue of reused blocks; with one, decoding happens
// inside Next(). Both deliver the same blocks.
#pragma once

#include <cstddef>
#include <memory>

#include "base/cancellation.h"
#include "engine/feeding_stage.h"
#include "memory/arena.h"

namespace tidemark::engine {

struct FeedOptions {
  std::size_t block_frames = 0;  // a multiple of kBlockFrames
  bool threaded = false;
};

// Bytes of blocks a feed holds are kept near this, whatever the number of channels.
inline constexpr std::size_t kFeedBlockBytes = 64 * 1024;
// Blocks in the queue: half of them are handed over at once, see ThreadedFeed.
inline constexpr std::size_t kQueueBlocks = 8;
// The deepest decoder here (Opus, with arrays on its stack) stays below a third of this.
inline constexpr std::size_t kDecodeStackBytes = 256 * 1024;

// The block length used where the user names none.
std::size_t DefaultBlockFrames(int n_channels);

class BlockFeed {
 public:
  BlockFeed() = default;
  BlockFeed(const BlockFeed&) = delete;
  BlockFeed& operator=(const BlockFeed&) = delete;
  virtual ~BlockFeed() = default;

  // Exactly what Create() takes from the arena.
  static std::size_t PlanBytes(const FeedOptions& options, int n_channels);

  // Borrows source, cancellation and the analyzers that run ahead for its lifetime; starts the
  // decoding thread, which alone uses source and `ahead` until Next() has delivered the end.
  // kMemory where no thread can be had.
  static Result<std::unique_ptr<BlockFeed>> Create(const FeedOptions& options, io::Source& source,
                                                   const RangePlan& ranges,
                                                   const Cancellation& cancellation,
                                                   AnalyzerLane& ahead, memory::Arena& arena);

  // The next block, valid until the next call; n_frames() == 0 at the end. Errors are the
  // source's; kCancelled after a request. REQUIRES: no call after an error or the end.
  virtual Result<ReadBlock> Next() = 0;
};

}  // namespace tidemark::engine
