// The main binary's side of FFmpeg where it encodes and where it tells what a file holds: hands
// the module an output or an input.
#pragma once

#include <memory>
#include <string>

#include "base/cancellation.h"
#include "base/result.h"
#include "io/encoder.h"
#include "io/media_layout.h"

namespace tidemark::io {

// FFmpeg's libraries without any codec, measured: part of kFfmpegAllowance and of what
// Encoder::allowance() says, and there only once where a run both decodes and encodes.
inline constexpr MemoryAllowance kFfmpegLibraries{
    .anonymous_bytes = 5 * 1024 * 1024,
    .file_backed_bytes = 25 * 1024 * 1024,
};

// An output of FFmpeg's beside its codecs, tags and cover: pieces and clusters that wait to be
// whole, and packets that wait for those of other tracks; measured.
inline constexpr std::size_t kFfmpegContainerBytes = std::size_t{2} << 20;

// A larger cover is left out, with a warning.
inline constexpr std::size_t kMaxCoverBytes = std::size_t{16} << 20;

// An encoder for any container that FFmpeg writes. Errors, each naming the file: kUsage (a
// container or codec that there is not, with a list of what there is; a codec that the container
// does not hold or that does not take these channels; a container that cannot go to a pipe; a file
// that exists), kUnsupported where the module is not installed, kIo where the file cannot be made.
Result<std::unique_ptr<Encoder>> OpenFfmpegEncoder(const EncodeSpec& spec);

// What the file says of itself. Chapters in the order of the file, a title may be empty. Of
// several pictures the one marked as front cover, else the first. Errors as OpenSource().
Result<MediaTags> ReadMediaTags(const std::string& path,
                                const Cancellation* cancellation = nullptr);

// The streams of the file. Reads the start of it, and of a video's time stamps as many as tell
// whether its rate varies. Errors as OpenSource(), but a file without audio is none.
Result<MediaLayout> ProbeMedia(const std::string& path, const Cancellation* cancellation = nullptr);

}  // namespace tidemark::io
