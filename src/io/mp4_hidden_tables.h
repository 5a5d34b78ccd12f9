// HideMp4Tables: an MP4 whose long sample tables look like free space to who reads it, for
// libavformat, which builds an index of about 10 MB per hour of audio from them when it merely
// wants to know what a file holds.
#pragma once

#include <memory>

#include "base/result.h"
#include "io/byte_stream.h"

namespace tidemark::io {

// Sample tables of an audio track that are longer than this in all are hidden.
inline constexpr std::int64_t kShownTableBytes = 64 * 1024;

// `bytes` as they are where they are no MP4 or cannot be seeked, else with the tables hidden. At
// its start afterwards. kIo where reading fails.
Result<std::unique_ptr<ByteStream>> HideMp4Tables(std::unique_ptr<ByteStream> bytes);

}  // namespace tidemark::io
