// What the module writes: containers, the audio codecs that each may hold, and which encoder of
// FFmpeg's makes them. Constants and pure functions.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <span>
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

// The container called spec.container, else the one whose name spec.path ends in. kUsage, with a
// list, where there is none.
Result<const OutputContainer*> FindOutputContainer(const EncodeSpec& spec);

struct OutputCodec {
  std::string name;  // as users and SourceInfo call it: "opus", "pcm_s24le"
  const AVCodec* encoder = nullptr;
};

// The encoder for `track` in `container`. kUsage, with a list, where the codec is unknown or does
// not fit the container; kUnsupported where this FFmpeg was built without it. `path` is for
// messages.
Result<OutputCodec> FindOutputCodec(const AudioTrackSpec& track, const OutputContainer& container,
                                    const std::string& path);

}  // namespace tidemark::io
