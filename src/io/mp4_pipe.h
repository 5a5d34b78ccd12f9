// MP4 from a pipe. A player wants the index ("moov") first; many files have it last. Free
// functions; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "io/byte_stream.h"

namespace tidemark::io {

// True where `head`, the first 8 bytes or more, is the start of an MP4, M4A or QuickTime file.
[[nodiscard]] bool LooksLikeMp4(std::span<const std::byte> head);

// Turns a pipe at its start into a stream whose index can be read more than once: spools the
// index where it comes first (everything behind still streams), and everything where the media
// comes first. What is seekable already comes back as it is.
// kIo as Spool; kIo where reading fails.
Result<std::unique_ptr<ByteStream>> PrepareMp4(std::unique_ptr<ByteStream> bytes,
                                               const std::string& tmpdir, std::uint64_t cap_bytes);

}  // namespace tidemark::io
