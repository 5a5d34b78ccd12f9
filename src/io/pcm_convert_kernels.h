// From samples as they lie in a file to planar float. Pure functions.
#pragma once

#include <cstddef>

#include "io/pcm_layout.h"

namespace tidemark::io {

// Reads n_frames interleaved frames of `channels` samples at `in` (any alignment) and writes
// out[c][0 .. n_frames). Integers are scaled by 2^-(bits - 1) and rounded to nearest; floats come
// out as they are, NaN and infinities too, doubles rounded to nearest; A-law and mu-law are
// expanded as in ITU-T G.711 (14 and 13 bits at the top of 16). Neither allocates nor locks.
using PcmConverter = void (*)(const std::byte* in, std::size_t n_frames, std::size_t channels,
                              float* const* out);

// The converter for an encoding. REQUIRES: IsConvertible(encoding), channels >= 1.
PcmConverter FindPcmConverter(const SampleEncoding& encoding, std::size_t channels);

}  // namespace tidemark::io
