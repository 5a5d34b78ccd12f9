// The headers of WAV (RIFF and big-endian RIFX), RF64 and BW64. Pure function of the stream.
#pragma once

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/pcm_layout.h"

namespace tidemark::io {

//   0 "RIFF" | "RIFX" | "RF64" | "BW64"   4 u32 size of the rest   8 "WAVE"
//  12 chunks: code, u32 size, body, pad to even. "fmt " must come before "data".
//     "ds64" (EBU Tech 3306, ITU-R BS.2088): u64 RIFF size, u64 data size, u64 frames, ...
//     holds the sizes whose 32-bit fields are 0xFFFFFFFF.
//
// Reads no further than the data chunk's header. REQUIRES: the stream stands at its start.
// kUnsupported: a codec, width, channel count or rate that is not read here.
// kBadData: anything missing, out of order or contradictory. kIo: reading failed.
Result<PcmLayout> ParseWavHeader(ByteStream& bytes);

}  // namespace tidemark::io
