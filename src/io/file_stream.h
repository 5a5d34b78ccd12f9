// FileStream: the ByteStream of a regular file (or of an unnamed spool), read with pread, so
// that the descriptor's own offset is never moved. One owner, one thread at a time.
#pragma once

#include <memory>
#include <string>

#include "io/byte_stream.h"
#include "io/unique_fd.h"

namespace tidemark::io {

class FileStream final : public ByteStream {
 public:
  // Takes over `fd`, a regular file open for reading. `name` is what messages call it.
  // The size is the one at this moment. kIo where the descriptor cannot be examined.
  static Result<std::unique_ptr<FileStream>> Create(UniqueFd fd, std::string name);

  Result<std::size_t> Read(std::span<std::byte> out) override;
  Result<void> Seek(std::int64_t offset) override;
  [[nodiscard]] std::int64_t position() const override { return position_; }
  [[nodiscard]] std::optional<std::int64_t> size() const override { return size_; }
  [[nodiscard]] bool seekable() const override { return true; }
  [[nodiscard]] int mappable_fd() const override { return fd_.get(); }

 private:
  FileStream(UniqueFd fd, std::string name, std::int64_t size)
      : fd_(std::move(fd)), name_(std::move(name)), size_(size) {}

  UniqueFd fd_;
  std::string name_;
  std::int64_t size_ = 0;
  std::int64_t position_ = 0;
};

}  // namespace tidemark::io
