// WindowedStream: another ByteStream read through a sliding window, so that the short steps back
// of a reader that looks at an index and then at the data work on a pipe too. One owner, one
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "io/byte_stream.h"
#include "io/decoder_input.h"

namespace tidemark::io {

class WindowedStream final : public ByteStream {
 public:
  explicit WindowedStream(std::unique_ptr<ByteStream> bytes)
      : bytes_(std::move(bytes)), window_(*bytes_) {}

  Result<std::size_t> Read(std::span<std::byte> out) override {
    const std::size_t n = window_.Peek(position_, out);
    if (window_.error()) return tl::unexpected(*window_.error());
    position_ += static_cast<std::int64_t>(n);
    return n;
  }
  // Only moves; the next Read() finds out whether a pipe can follow.
  Result<void> Seek(std::int64_t offset) override {
    position_ = offset;
    return {};
  }
  [[nodiscard]] std::int64_t position() const override { return position_; }
  [[nodiscard]] std::optional<std::int64_t> size() const override { return bytes_->size(); }
  [[nodiscard]] bool seekable() const override { return bytes_->seekable(); }

 private:
  std::unique_ptr<ByteStream> bytes_;
  DecoderInput window_;
  std::int64_t position_ = 0;
};

}  // namespace tidemark::io
