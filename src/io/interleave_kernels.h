// Interleaved samples, as decoders hand them out, to planes, as analyzers take them.
// Pure functions; any thread.
#pragma once

#include <cstddef>
#include <span>

#include "base/audio_block.h"

namespace tidemark::io {

// out.channel(c)[first + i] = interleaved[i * channels + c] for i < n_frames.
// REQUIRES: interleaved.size() >= n_frames * out.n_channels(), first + n_frames <= out.n_frames().
void Deinterleave(std::span<const float> interleaved, std::size_t n_frames, AudioBlock out,
                  std::size_t first);

}  // namespace tidemark::io
