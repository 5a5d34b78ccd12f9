#include "io/spooled_stream.h"

#include <algorithm>

namespace tidemark::io {

std::optional<std::int64_t> SpooledStream::size() const {
  if (rest_ != nullptr) return std::nullopt;
  return spooled();
}

Result<std::size_t> SpooledStream::Read(std::span<std::byte> out) {
  std::size_t n = 0;
  if (position_ < spooled() || rest_ == nullptr) {
    TM_TRY_ASSIGN(n, spool_.ReadAt(static_cast<std::uint64_t>(position_), out));
    if (n < out.size() && rest_ != nullptr) {
      position_ += static_cast<std::int64_t>(n);
      std::size_t more = 0;
      TM_TRY_ASSIGN(more, Read(out.subspan(n)));
      return n + more;
    }
  } else {
    if (rest_->position() != position_) TM_TRY(rest_->Seek(position_));
    TM_TRY_ASSIGN(n, rest_->Read(out));
  }
  position_ += static_cast<std::int64_t>(n);
  return n;
}

Result<void> SpooledStream::Seek(std::int64_t offset) {
  if (rest_ != nullptr && offset >= spooled() && rest_->position() != offset) {
    TM_TRY(rest_->Seek(offset));
  }
  position_ = offset;
  return {};
}

}  // namespace tidemark::io
