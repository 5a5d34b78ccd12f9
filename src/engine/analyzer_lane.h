// AnalyzerLane: some analyzers that one thread runs. It cuts decoded blocks into the blocks that
// analyzers take and pushes each to all of them while it is still in the first-level cache.
// Owned by the AnalyzerBank; borrows the analyzers. One thread at a time.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "analysis/analyzer.h"
#include "engine/range_reader.h"
#include "memory/arena.h"

namespace tidemark::engine {

class AnalyzerLane {
 public:
  static std::size_t PlanBytes(int n_channels) {
    return memory::ArenaBytes<float*>(static_cast<std::size_t>(n_channels));
  }
  AnalyzerLane(int n_channels, memory::Arena& arena)
      : planes_(arena.Take<float*>(static_cast<std::size_t>(n_channels))) {}

  // REQUIRES: before the first block.
  void Add(analysis::Analyzer& analyzer) { analyzers_.push_back(&analyzer); }

  // A gap before the block, if there is one. Allocates nothing, like all that follows.
  void BeginBlock(const ReadBlock& block);
  // Part number `index` of the block, kBlockFrames each. REQUIRES: index < n_parts(block).
  void PushPart(const ReadBlock& block, std::size_t index);
  void Push(const ReadBlock& block);
  void Finish();

  static std::size_t n_parts(const ReadBlock& block) {
    return (block.audio.n_frames() + kBlockFrames - 1) / kBlockFrames;
  }

 private:
  std::vector<analysis::Analyzer*> analyzers_;
  std::span<float*> planes_;
};

}  // namespace tidemark::engine
