// From planar float to samples as they lie in a file: the way back from pcm_convert_kernels.h.
#pragma once

#include <cstddef>
#include <span>

#include "base/audio_block.h"
#include "io/dither.h"
#include "io/sample_encoding.h"

namespace tidemark::io {

// Writes block.n_frames() interleaved frames to `out`: full scale = 1.0, rounded to nearest,
// clipped; NaN becomes 0. With `dither`, integers that do not hold a sample exactly are dithered;
// those that do, silence among them, stay as they are. Floats come out as they are. REQUIRES:
// IsStorable(encoding), out.size() >= n_frames * n_channels * encoding.n_bytes.
void StorePcm(const AudioBlock& block, const SampleEncoding& encoding, Dither* dither,
              std::span<std::byte> out);

// Little-endian: unsigned 8 bits, signed 16 to 32, float 32 and 64.
bool IsStorable(const SampleEncoding& encoding);

}  // namespace tidemark::io
