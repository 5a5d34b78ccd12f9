// The containers that are written and the audio codecs that each may hold: one table for whoever
// chooses a codec, with or without FFmpeg. Constants and pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "io/encoder.h"

namespace tidemark::io {

struct OutputContainer {
  const char* name;      // as users call it, and a file's extension
  const char* muxer;     // as libavformat calls it
  const char* codecs;    // separated by blanks, the usual one first
  bool pipe;             // can be written without seeking
  bool several_streams;  // more than one audio track, video
  enum class Cover : unsigned char { kNone, kPicture, kComment, kAttachment } cover;
  enum class Chapters : unsigned char { kNone, kNative, kComment } chapters;
  bool is_bare;  // the codec's frames and nothing else
};

// Null where there is none of that name, in lower case.
const OutputContainer* FindContainer(std::string_view name);

// The container called spec.container, else the one whose name spec.path ends in. kUsage, with a
// list, where there is none.
Result<const OutputContainer*> FindOutputContainer(const EncodeSpec& spec);

// Whether `codec`, as FFmpeg calls it ("opus", "pcm_s24le"), may go into `container`.
bool Holds(const OutputContainer& container, std::string_view codec);

}  // namespace tidemark::io
