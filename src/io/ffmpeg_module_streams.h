// What a stream says of itself beside its packets, carried from an input to an output. Pure
// functions on FFmpeg's structures.
#pragma once

extern "C" {
#include <libavformat/avformat.h>
}

#include <string>
#include <vector>

namespace tidemark::io {

// Language, title and other tags (not those that state sizes and lengths), what the stream is for,
// and of pictures: rotation, projection, light levels.
void CopyStreamFacts(const AVStream& from, AVStream& to);

// Adds the attachments (fonts) to an output that holds such; a line to `notes` for each that cannot
// be kept, and for each stream of data.
void CopyAttachments(const AVFormatContext& from, AVFormatContext& to,
                     std::vector<std::string>& notes);

// Adds a line to `notes` for each video whose rotation the output cannot say.
void NoteLostRotation(const AVFormatContext& from, const AVOutputFormat& container,
                      std::vector<std::string>& notes);

}  // namespace tidemark::io
