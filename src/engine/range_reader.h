// RangeReader: the frames of a RangePlan, block after block, from a Source. It seeks where the
// source can, else decodes and drops. Borrows the source. One thread: the decoding thread.
#pragma once

#include <cstdint>

#include "base/cancellation.h"
#include "engine/range_plan.h"
#include "io/source.h"

namespace tidemark::engine {

struct ReadBlock {
  AudioBlock audio;              // n_frames() == 0: the end
  std::int64_t first_frame = 0;  // of the file
  bool gap_before = false;       // does not follow on the block before
  std::size_t n_unusable = 0;    // samples that were not finite and became 0
};

class RangeReader {
 public:
  RangeReader(io::Source& source, const RangePlan& plan, const Cancellation& cancellation)
      : source_(source), plan_(plan), cancellation_(cancellation) {}

  // Fills `buffer` from its start. A block is shorter than the buffer only at the end of a range.
  Result<ReadBlock> Read(AudioBlock buffer);

 private:
  Result<void> BeginRange(AudioBlock scratch);
  Result<void> SkipTo(std::int64_t frame, AudioBlock scratch);

  io::Source& source_;
  const RangePlan plan_;
  const Cancellation& cancellation_;
  std::int64_t next_range_ = 0;
  std::int64_t position_ = 0;  // of the source, in frames
  std::int64_t left_ = 0;      // of the present range
  std::int64_t expected_ = 0;  // where the next block starts if there is no gap
  bool at_end_ = false;
};

}  // namespace tidemark::engine
