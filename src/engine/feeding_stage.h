// FeedingStage: what happens to a block before it is handed to the analysing thread: it is read,
// what is not a usable sample is taken out, and the analyzers that run ahead get it.
// Runs on the decoding thread, or in line.
#pragma once

#include <cstdint>

#include "engine/analyzer_lane.h"
#include "engine/range_reader.h"

namespace tidemark::engine {

class FeedingStage {
 public:
  // Borrows `ahead`.
  FeedingStage(RangeReader reader, AnalyzerLane& ahead) : reader_(reader), ahead_(&ahead) {}

  // As RangeReader::Read(); afterwards every sample is finite and below dsp::kMaxSample.
  Result<ReadBlock> Read(AudioBlock buffer);

 private:
  RangeReader reader_;
  AnalyzerLane* ahead_;
};

}  // namespace tidemark::engine
