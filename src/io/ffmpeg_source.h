// The main binary's side of FFmpeg where it decodes: hands the module an input.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/open_source.h"
#include "io/source.h"

namespace tidemark::io {

// What FFmpeg's libraries and one decoder take, measured (docs/memory.md).
inline constexpr MemoryAllowance kFfmpegAllowance{
    .anonymous_bytes = 8 * 1024 * 1024,
    .file_backed_bytes = 26 * 1024 * 1024,
};

// Opens `bytes` from its start through the module, and takes it. Errors: kMemory where
// options.allow_ffmpeg is false, kUnsupported where the module is not installed or does not read
// this input, kUsage for an audio stream that the file does not have, kBadData, kIo.
Result<std::unique_ptr<Source>> OpenFfmpeg(std::unique_ptr<ByteStream> bytes,
                                           const std::string& path, const OpenOptions& options);

// What the module reads; empty where it cannot be loaded.
std::vector<FormatRow> ListFfmpegFormats();

}  // namespace tidemark::io
