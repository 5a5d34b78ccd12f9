// The headers of AIFF and AIFF-C. Pure function of the stream.
#pragma once

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/pcm_layout.h"

namespace tidemark::io {

//   0 "FORM"   4 u32 size of the rest   8 "AIFF" | "AIFC"
//  12 chunks: code, u32 size, body, pad to even; all numbers big-endian.
//     "COMM": u16 channels, u32 frames, u16 bits, 80-bit float sample rate, in AIFF-C a codec
//     "SSND": u32 offset, u32 block size, samples from `offset` on
//
// Reads no further than the start of the samples where COMM comes first; else it goes on to COMM.
// REQUIRES: the stream stands at its start. Errors as for ParseWavHeader(); on a pipe an SSND
// before COMM is kUnsupported.
Result<PcmLayout> ParseAiffHeader(ByteStream& bytes);

// The value of an IEEE 754 80-bit extended number, big-endian. Infinities, NaNs and what a
// double cannot hold become infinite. REQUIRES: bytes.size() >= 10.
double ReadExtended(std::span<const std::byte> bytes);

}  // namespace tidemark::io
