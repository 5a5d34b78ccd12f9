// MemoryStream: a ByteStream over bytes of a test or fuzzer, as a file or as a pipe that only
// goes ahead. Counts what is read, so that a parser that reads too much is noticed.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>

#include "io/byte_stream.h"

namespace tidemark::testing {

class MemoryStream final : public io::ByteStream {
 public:
  enum class Kind { kFile, kPipe };

  // `bytes` must outlive the stream.
  explicit MemoryStream(std::span<const std::byte> bytes, Kind kind = Kind::kFile)
      : bytes_(bytes), kind_(kind) {}

  Result<std::size_t> Read(std::span<std::byte> out) override {
    const std::size_t start = std::min(bytes_.size(), static_cast<std::size_t>(position_));
    const std::size_t n = std::min(out.size(), bytes_.size() - start);
    if (n > 0) std::memcpy(out.data(), bytes_.data() + start, n);
    position_ += static_cast<std::int64_t>(n);
    furthest_ = std::max(furthest_, static_cast<std::int64_t>(start + n));
    bytes_read_ += n;
    return n;
  }
  Result<void> Seek(std::int64_t offset) override {
    const bool back = offset < position_ && furthest_ > static_cast<std::int64_t>(io::kReplayBytes);
    if (offset < 0 || (kind_ == Kind::kPipe && back)) {
      return Fail(ErrorCode::kIo, "a pipe cannot go back");
    }
    position_ = offset;
    return {};
  }
  [[nodiscard]] std::int64_t position() const override { return position_; }
  [[nodiscard]] std::optional<std::int64_t> size() const override {
    if (kind_ == Kind::kPipe) return std::nullopt;
    return static_cast<std::int64_t>(bytes_.size());
  }
  [[nodiscard]] bool seekable() const override { return kind_ == Kind::kFile; }
  [[nodiscard]] std::size_t bytes_read() const { return bytes_read_; }

 private:
  std::span<const std::byte> bytes_;
  Kind kind_;
  std::int64_t position_ = 0;
  std::int64_t furthest_ = 0;
  std::size_t bytes_read_ = 0;
};

}  // namespace tidemark::testing
