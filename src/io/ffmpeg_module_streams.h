// What a stream says of itself beside its packets, carried from an input to an output. Pure
// functions on FFmpeg's structures.
#pragma once

extern "C" {
#include <libavformat/avformat.h>
}

#include <memory>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"

namespace tidemark::io {

struct FreeLayout {
  void operator()(AVFormatContext* layout) const { avformat_free_context(layout); }
};
using LayoutPointer = std::unique_ptr<AVFormatContext, FreeLayout>;

// The streams of a file with all that is carried below, and no way to their packets: nothing of the
// file is open behind it. Errors as Demuxer::Open().
Result<LayoutPointer> ReadLayout(const std::string& path, const Cancellation* cancellation);
// The same of Matroska, from its header alone; null where the file is none.
Result<LayoutPointer> ReadMatroskaLayout(const std::string& path);

// Language, title and other tags (not those that state sizes and lengths), what the stream is for,
// and of pictures: rotation, projection, light levels.
void CopyStreamFacts(const AVStream& from, AVStream& to);

// Adds the attachments (fonts) to an output that holds such; a line to `notes` for each that cannot
// be kept, and for each stream of data. kMemory.
Result<void> CopyAttachments(const AVFormatContext& from, AVFormatContext& to,
                             std::vector<std::string>& notes);

// Adds a line to `notes` for each video whose rotation the output cannot say.
void NoteLostRotation(const AVFormatContext& from, const AVOutputFormat& container,
                      std::vector<std::string>& notes);

}  // namespace tidemark::io
