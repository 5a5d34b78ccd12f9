// How much of a decoded MP4 track is encoder delay and padding: from its edit list, its iTunes
// note or its Opus header. Free function; reads through a ByteStream.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/mp4_box.h"
#include "io/mp4_track.h"

namespace tidemark::io {

// Sets skip_time and keep_time of track->packets, whose time scale and tables are known.
// kUnsupported where the edit list does more than cut the ends; kIo.
Result<void> ReadMp4Gapless(ByteStream& bytes, const Mp4Box& moov, const Mp4Box& trak,
                            std::uint32_t movie_scale, Mp4Track* track);

}  // namespace tidemark::io
