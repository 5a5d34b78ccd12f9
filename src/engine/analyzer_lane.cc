#include "engine/analyzer_lane.h"

#include <algorithm>

namespace tidemark::engine {

void AnalyzerLane::BeginBlock(const ReadBlock& block) {
  if (!block.gap_before) return;
  for (analysis::Analyzer* analyzer : analyzers_) analyzer->Gap(block.first_frame);
}

void AnalyzerLane::PushPart(const ReadBlock& block, std::size_t index) {
  const std::size_t at = index * kBlockFrames;
  for (std::size_t c = 0; c < planes_.size(); ++c) {
    planes_[c] = block.audio.channel(c).data() + at;
  }
  const AudioBlock part(planes_, std::min(kBlockFrames, block.audio.n_frames() - at));
  for (analysis::Analyzer* analyzer : analyzers_) analyzer->Push(part);
}

void AnalyzerLane::Push(const ReadBlock& block) {
  BeginBlock(block);
  for (std::size_t index = 0; index < n_parts(block); ++index) PushPart(block, index);
}

void AnalyzerLane::Finish() {
  for (analysis::Analyzer* analyzer : analyzers_) analyzer->Finish();
}

}  // namespace tidemark::engine
