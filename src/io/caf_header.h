// The header of Apple's Core Audio Format. Pure function of the stream.
#pragma once

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/pcm_layout.h"

namespace tidemark::io {

//   0 "caff"   4 u16 version 1   6 u16 flags
//   8 chunks: code, s64 size, body; all numbers of headers big-endian.
//     "desc", the first: f64 sample rate, code of the codec, u32 flags (1 float, 2 little-endian),
//             u32 bytes per packet, u32 frames per packet, u32 channels, u32 bits
//     "chan": speaker positions
//     "data": u32 edit count, samples; a size of -1 means to the end
//
// Reads no further than the start of the samples. REQUIRES: the stream stands at its start.
// Errors as for ParseWavHeader().
Result<PcmLayout> ParseCafHeader(ByteStream& bytes);

}  // namespace tidemark::io
