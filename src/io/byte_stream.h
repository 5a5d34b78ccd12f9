// ByteStream: where a decoder's bytes come from: a file, a pipe with a rewindable start, or a
// spool. Decoders of other people's making read through this, never through a file name.
// One owner, one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/cancellation.h"
#include "base/result.h"

namespace tidemark::io {

class ByteStream {
 public:
  ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;

  // Reads up to out.size() bytes; fewer only at the end; 0 = end. kIo where reading fails.
  virtual Result<std::size_t> Read(std::span<std::byte> out) = 0;

  // Moves to `offset` bytes from the start. On a pipe only offsets inside the replay window
  // (the first kReplayBytes, while no more than that has been read) or ahead of the current
  // position (by reading on) work; kIo otherwise.
  virtual Result<void> Seek(std::int64_t offset) = 0;

  [[nodiscard]] virtual std::int64_t position() const = 0;
  // Total bytes; nullopt for a pipe.
  [[nodiscard]] virtual std::optional<std::int64_t> size() const = 0;
  // True where Seek() works everywhere.
  [[nodiscard]] virtual bool seekable() const = 0;
  // The descriptor of a regular file that may be mapped, owned by the stream; -1 otherwise.
  [[nodiscard]] virtual int mappable_fd() const { return -1; }
};

// How much of a pipe's start can be read again, so that several decoders may look at it.
inline constexpr std::size_t kReplayBytes = 256 * 1024;

// Opens `path` ("-" = standard input, which is a file where the shell redirected one).
// kNoInput with the reason where it does not exist, may not be read, is a directory or a device.
// Where `cancellation` is given (borrowed for the stream's lifetime), waiting for a pipe ends in
// kCancelled once it is requested.
Result<std::unique_ptr<ByteStream>> OpenByteStream(const std::string& path,
                                                   const Cancellation* cancellation = nullptr);

// The same of a descriptor that is open for reading, which is borrowed for this call and
// duplicated: a file that stands at its start is read as a file, what follows the present place of
// another as a pipe. `name` is what messages call it.
Result<std::unique_ptr<ByteStream>> OpenDescriptor(int fd, const std::string& name,
                                                   const Cancellation* cancellation = nullptr);

}  // namespace tidemark::io
