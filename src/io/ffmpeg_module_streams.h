// What a stream says of itself beside its packets, carried from an input to an output. Pure
// functions on FFmpeg's structures.
#pragma once

extern "C" {
#include <libavformat/avformat.h>
}

namespace tidemark::io {

// Language, title and other tags (not those that state sizes and lengths), what the stream is for,
// and of pictures: rotation, projection, light levels.
void CopyStreamFacts(const AVStream& from, AVStream& to);

}  // namespace tidemark::io
