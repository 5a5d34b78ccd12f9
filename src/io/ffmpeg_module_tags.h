// Reads what a file says of itself. Free functions; each owns what it opens only while it runs.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
}

#include "base/result.h"
#include "io/encoder.h"
#include "io/ffmpeg_module.h"
#include "io/media_layout.h"

namespace tidemark::io {

// Tags of kMaxTagBytes together, chapters of kMaxChapters; what is beyond is left out.
Result<MediaTags> ReadTags(const FfmpegRequest& request);
inline constexpr std::size_t kMaxTagBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxChapters = 10'000;

// Of a picture: "image/jpeg" where it is none of those known.
[[nodiscard]] const char* MimeOf(AVCodecID codec);

// The streams of a file.
Result<MediaLayout> Probe(const FfmpegRequest& request);

}  // namespace tidemark::io
