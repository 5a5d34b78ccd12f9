// StreamIo: what libavformat reads a ByteStream through. One owner, one thread.
#pragma once

extern "C" {
#include <libavformat/avio.h>
}

#include <memory>
#include <optional>

#include "base/result.h"
#include "io/byte_stream.h"

namespace tidemark::io {

class StreamIo {
 public:
  // `bytes` must outlive this. Null where there is no memory.
  static std::unique_ptr<StreamIo> Create(ByteStream& bytes);
  StreamIo(const StreamIo&) = delete;
  StreamIo& operator=(const StreamIo&) = delete;
  ~StreamIo();

  [[nodiscard]] AVIOContext* io() const { return io_; }
  // What stopped reading, if it was the input.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  explicit StreamIo(ByteStream& bytes) : bytes_(bytes) {}
  static int ReadBytes(void* user, std::uint8_t* out, int n);
  static std::int64_t SeekBytes(void* user, std::int64_t offset, int whence);

  ByteStream& bytes_;
  AVIOContext* io_ = nullptr;
  std::optional<Error> error_;
};

}  // namespace tidemark::io
