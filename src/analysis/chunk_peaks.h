// ChunkPeaksAnalyzer: the loud frames of one audio stream as auto-editor 31.5 finds them, from the
// peaks of chunks as long as a frame of its timebase. One owner, one thread; fixed memory.
//
// E = rate / timebase samples, err = 0; each chunk takes n = min(round(E + err), ceil E) samples
// (halves away from zero), then err = E + err - n; what is left at the end, fewer than ceil E
// samples, is one chunk more. p = min(32767, max |s|) over the 16-bit samples of all channels;
// level = floor(p / 32767 * 65535 + 0.5) in float32; loud: level >= floor(T * 65535 + 0.5).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "analysis/analyzer.h"
#include "base/clip.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "memory/arena.h"

namespace tidemark::analysis {

struct ChunkPeaksOptions {
  Timebase timebase{30, 1};  // chunks a second
  double threshold = 0.04;   // T, of full scale 1, [0, 1]
  // Counted from 0; nullopt: the loudest of all. (auto-editor has no such choice.)
  std::optional<int> channel;
};

struct ChunkPeaksResult {
  std::int64_t n_chunks = 0;
  std::int64_t n_loud = 0;
};

// Chunks from `begin` up to, not with, `end`.
struct ChunkRun {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

class ChunkPeaksAnalyzer final : public Analyzer {
 public:
  // The least samples in a chunk, so that few end in a block.
  static constexpr std::int64_t kMinChunkFrames = 8;
  // Drain() never finds more than this many.
  static constexpr std::size_t kMaxPending = kBlockFrames / kMinChunkFrames + 2;

  // Nothing: all of it lies in the object.
  static std::size_t PlanBytes(const ChunkPeaksOptions& options, const StreamFormat& format);
  // kUsage: a threshold outside of [0, 1], a channel that the stream does not have, chunks shorter
  // than kMinChunkFrames.
  static Result<std::unique_ptr<ChunkPeaksAnalyzer>> Create(const ChunkPeaksOptions& options,
                                                            const StreamFormat& format,
                                                            memory::Arena& arena);

  void Push(const AudioBlock& block) override;
  // The frames that are missing count as silent.
  void Gap(std::int64_t next_frame) override;
  void Finish() override;

  // Moves the runs of loud chunks that are over to `out`, in order; returns how many.
  // REQUIRES: called after each Push(), Gap() and Finish(), with out.size() >= kMaxPending.
  std::size_t Drain(std::span<ChunkRun> out);

  // REQUIRES: Finish() was called.
  [[nodiscard]] const ChunkPeaksResult& result() const { return result_; }

 private:
  ChunkPeaksAnalyzer(const ChunkPeaksOptions& options, const StreamFormat& format);
  void StartChunk();
  void EndChunk();
  void AddSilence(std::int64_t n_frames);
  void EndRun();

  std::optional<int> channel_;
  double exact_frames_;    // E
  double error_ = 0;       // err
  int least_loud_level_;   // of 65535
  std::int64_t left_ = 0;  // samples that the open chunk still takes
  std::int64_t n_taken_ = 0;
  std::int64_t n_frames_ = 0;  // of the file, so far
  float peak_ = 0;             // of the open chunk, full scale = 1.0
  std::optional<std::int64_t> run_begin_;
  std::array<ChunkRun, kMaxPending> pending_{};
  std::size_t n_pending_ = 0;
  ChunkPeaksResult result_;
};

}  // namespace tidemark::analysis
