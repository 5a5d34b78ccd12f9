// The index of an MP4 that was written in pieces ("moof" boxes), so that it ends as a plain file:
// the pieces' tables are read back and written once more as one "moov" behind everything, the
// pieces themselves vanish inside one "mdat". Memory does not depend on the length.
#pragma once

#include "base/result.h"
#include "io/byte_sink.h"

namespace tidemark::io {

// REQUIRES: sink.seekable(); it holds what libavformat's mov muxer wrote with empty_moov,
// delay_moov and default_base_moof. kIo as ByteSink, kInternal where the file is not of that form.
Result<void> MakeMp4Index(ByteSink& sink);

}  // namespace tidemark::io
