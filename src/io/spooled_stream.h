// SpooledStream: a pipe of which the start, or all, lies in a Spool, where it can be read again.
// One owner; one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "io/byte_stream.h"
#include "io/spool.h"

namespace tidemark::io {

class SpooledStream final : public ByteStream {
 public:
  // `rest` goes on where the spool ends; null where the spool holds everything.
  SpooledStream(Spool spool, std::unique_ptr<ByteStream> rest)
      : spool_(std::move(spool)), rest_(std::move(rest)) {}

  Result<std::size_t> Read(std::span<std::byte> out) override;
  // Anywhere in the spool; in the rest, ahead of what has been read of it.
  Result<void> Seek(std::int64_t offset) override;
  [[nodiscard]] std::int64_t position() const override { return position_; }
  [[nodiscard]] std::optional<std::int64_t> size() const override;
  [[nodiscard]] bool seekable() const override { return rest_ == nullptr; }

 private:
  [[nodiscard]] std::int64_t spooled() const { return static_cast<std::int64_t>(spool_.size()); }

  Spool spool_;
  std::unique_ptr<ByteStream> rest_;
  std::int64_t position_ = 0;
};

}  // namespace tidemark::io
