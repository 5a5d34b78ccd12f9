// Which encoder of FFmpeg's makes the audio of a container. Pure functions.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <string>

#include "base/result.h"
#include "io/encoder.h"
#include "io/output_container.h"

namespace tidemark::io {

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
