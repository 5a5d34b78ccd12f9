#include "engine/interval_log.h"

#include <algorithm>

namespace tidemark::engine {

using analysis::Interval;

Result<void> IntervalLog::Append(const Interval& interval) {
  if (n_buffered_ == buffer_.size()) {
    if (!spool_) return tl::unexpected<Error>(spool_.error());
    TM_TRY(spool_->Append(std::as_bytes(buffer_)));
    n_spooled_ += static_cast<std::int64_t>(n_buffered_);
    n_buffered_ = 0;
  }
  buffer_[n_buffered_++] = interval;
  return {};
}

Result<std::size_t> IntervalLog::Read(std::int64_t first, std::span<Interval> out) {
  if (first >= size() || out.empty()) return 0;
  if (first >= n_spooled_) {
    const auto from = static_cast<std::size_t>(first - n_spooled_);
    const std::size_t n = std::min(out.size(), n_buffered_ - from);
    std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(from), n, out.begin());
    return n;
  }
  const auto n = static_cast<std::size_t>(
      std::min<std::int64_t>(static_cast<std::int64_t>(out.size()), n_spooled_ - first));
  const auto offset = static_cast<std::uint64_t>(first) * sizeof(Interval);
  std::size_t n_bytes = 0;
  TM_TRY_ASSIGN(n_bytes, spool_->ReadAt(offset, std::as_writable_bytes(out.first(n))));
  return n_bytes / sizeof(Interval);
}

}  // namespace tidemark::engine
