// The header of Sony's Wave64. Pure function of the stream.
#pragma once

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/pcm_layout.h"

namespace tidemark::io {

//   0 GUID "riff"   16 u64 size of the file   24 GUID "wave"
//  40 chunks: GUID, u64 size with these 24 bytes, body, pad to a multiple of 8.
//
// Reads no further than the data chunk's header. REQUIRES: the stream stands at its start.
// Errors as for ParseWavHeader().
Result<PcmLayout> ParseW64Header(ByteStream& bytes);

}  // namespace tidemark::io
