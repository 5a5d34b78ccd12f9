#include "engine/feeding_stage.h"

#include "dsp/finite_kernels.h"

namespace tidemark::engine {

Result<ReadBlock> FeedingStage::Read(AudioBlock buffer) {
  auto block = reader_.Read(buffer);
  if (!block || block->audio.n_frames() == 0) return block;
  for (std::size_t c = 0; c < block->audio.n_channels(); ++c) {
    block->n_unusable += dsp::ReplaceNonFinite(block->audio.channel(c));
  }
  ahead_->Push(*block);
  return block;
}

}  // namespace tidemark::engine
