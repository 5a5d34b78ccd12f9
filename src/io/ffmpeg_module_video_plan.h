// How decoder and encoder of one video stream are set up so that they stay under a ceiling, and
// what they then take. Pure functions; the figures behind them are in docs/decisions/0011-video.md.
#pragma once

#include <cstdint>
#include <optional>

#include "io/encoder.h"
#include "io/ffmpeg_module_video_decoder.h"
#include "io/ffmpeg_module_video_encoder.h"

namespace tidemark::io {

struct VideoPlan {
  VideoDecoderTuning decoder;
  VideoEncoderTuning encoder;
  std::uint64_t bytes = 0;  // decoder, encoder and what lies between, an upper bound
};

// The fastest set-up of at most `ceiling_bytes` (nullopt: FFmpeg's defaults). `first` is a decoded
// frame, n_references what the decoder keeps. kMemory, naming what would do, where even the
// smallest takes more.
Result<VideoPlan> MakeVideoPlan(const VideoSpec& spec, const AVCodec& codec, const AVFrame& first,
                                int n_references, std::optional<std::int64_t> ceiling_bytes);

}  // namespace tidemark::io
