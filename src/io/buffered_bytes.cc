#include "io/buffered_bytes.h"

#include <algorithm>
#include <cstring>

namespace tidemark::io {

BufferedBytes::BufferedBytes(ByteStream& stream, std::optional<std::int64_t> end)
    : stream_(stream),
      end_(end),
      buffer_(std::make_unique_for_overwrite<std::byte[]>(kBufferBytes)) {}

// REQUIRES: fewer than `most` bytes from `offset` on are in the buffer.
Result<void> BufferedBytes::FillFrom(std::int64_t offset, std::size_t most) {
  const std::int64_t buffer_end = buffer_offset_ + static_cast<std::int64_t>(n_buffered_);
  if (offset >= buffer_offset_ && offset <= buffer_end) {
    // Keeps the start of a frame whose end is still to be read.
    n_buffered_ = static_cast<std::size_t>(buffer_end - offset);
    std::memmove(buffer_.get(), buffer_.get() + (offset - buffer_offset_), n_buffered_);
  } else {
    n_buffered_ = 0;
  }
  buffer_offset_ = offset;
  const std::int64_t next = offset + static_cast<std::int64_t>(n_buffered_);
  std::size_t wanted = std::min(most, kBufferBytes) - n_buffered_;
  if (end_) {
    wanted = static_cast<std::size_t>(
        std::clamp<std::int64_t>(*end_ - next, 0, static_cast<std::int64_t>(wanted)));
  }
  if (stream_.position() != next) TM_TRY(stream_.Seek(next));
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, stream_.Read({buffer_.get() + n_buffered_, wanted}));
  n_buffered_ += n;
  return {};
}

Result<std::span<const std::byte>> BufferedBytes::View(std::int64_t offset, std::size_t least,
                                                       std::size_t most) {
  const auto available = [&] {
    const std::int64_t n = buffer_offset_ + static_cast<std::int64_t>(n_buffered_) - offset;
    return offset < buffer_offset_ || n < 0 ? 0 : static_cast<std::size_t>(n);
  };
  if (available() < least) TM_TRY(FillFrom(offset, most));
  return std::span<const std::byte>(buffer_.get() + (offset - buffer_offset_),
                                    std::min(available(), most));
}

}  // namespace tidemark::io
