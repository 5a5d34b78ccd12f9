// How an audio encoder of FFmpeg's is set up for a track: rate, channels, width, bit rate. Free
// functions.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <string>

#include "base/result.h"
#include "io/encoder.h"
#include "io/ffmpeg_module_outputs.h"

namespace tidemark::io {

// Sets everything in `context` that must be set before it is opened. What is not as `track` says
// is added to `*warning`. kUsage, naming the file as `name`, where the codec does not take the
// channels or the width.
Result<void> ConfigureAudio(const AudioTrackSpec& track, const OutputCodec& codec,
                            const std::string& name, AVCodecContext& context, std::string* warning);

// How many bits of a sample the encoder keeps; of float formats, those of the format.
[[nodiscard]] int SampleBits(const AVCodecContext& context);

// Joins sentences with "; ".
void AddWarning(const std::string& sentence, std::string* warning);

}  // namespace tidemark::io
