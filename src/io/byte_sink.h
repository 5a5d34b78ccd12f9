// ByteSink: where an encoder's bytes go: a file written beside its name, a pipe, standard output.
// Encoders of other people's making write through this, never to a file name. One owner, one
// thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace tidemark::io {

class ByteSink {
 public:
  ByteSink() = default;
  ByteSink(const ByteSink&) = delete;
  ByteSink& operator=(const ByteSink&) = delete;
  virtual ~ByteSink() = default;

  // What messages call it.
  [[nodiscard]] virtual const std::string& name() const = 0;
  // True where WriteAt() takes any offset and ReadAt() works.
  [[nodiscard]] virtual bool seekable() const = 0;
  [[nodiscard]] virtual std::int64_t size() const = 0;

  // Writes all of `bytes` from `offset` on; that is size() where the sink cannot be seeked. The
  // first failure stays and is what every later call returns. kIo: what happened, to which file;
  // kCancelled.
  virtual Result<void> WriteAt(std::int64_t offset, std::span<const std::byte> bytes) = 0;
  // Fills `out` with what was written from `offset` on. REQUIRES: seekable(), and that much was
  // written. kIo as above.
  virtual Result<void> ReadAt(std::int64_t offset, std::span<std::byte> out) = 0;

  // All is written; a file gets its name. Without it nothing is left behind. kIo as above.
  virtual Result<void> Commit() = 0;
};

}  // namespace tidemark::io
