// Analyzer: samples in, a result value out. The engine makes each one with Create(), pushes the
// blocks in order and reads the concrete class's result after Finish().
//
// A concrete analyzer also has
//   static std::size_t PlanBytes(const Options&, const StreamFormat&);   exactly what it takes
//   static Result<std::unique_ptr<X>> Create(const Options&, const StreamFormat&, memory::Arena&);
// After Create() nothing allocates, locks or logs. One thread at a time; no global state.
#pragma once

#include <cstdint>

#include "base/audio_block.h"

namespace tidemark::analysis {

class Analyzer {
 public:
  Analyzer() = default;
  Analyzer(const Analyzer&) = delete;
  Analyzer& operator=(const Analyzer&) = delete;
  virtual ~Analyzer() = default;

  // The next samples; finite, and of the format given to Create().
  // REQUIRES: block.n_frames() == kBlockFrames, save for the last block before Gap() or Finish().
  virtual void Push(const AudioBlock& block) = 0;

  // The samples that follow start at `next_frame` of the file, not where the last block ended.
  // Time positions in results count from the start of the file. Filters start anew.
  virtual void Gap(std::int64_t next_frame) = 0;

  // No more samples come. Results are final afterwards.
  virtual void Finish() = 0;
};

}  // namespace tidemark::analysis
