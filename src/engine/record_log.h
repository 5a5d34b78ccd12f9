// RecordLog: a list (intervals, beats, ...) that grows with the audio but not in memory: the newest
// few records are kept, the rest goes to an unnamed temporary file and is read back in order.
// One owner, one thread. The buffer comes from the arena.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "io/spool.h"
#include "memory/arena.h"

namespace tidemark::engine {

template <typename T>
class RecordLog {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  static constexpr std::size_t kBuffered = 256;  // records, some KiB

  static constexpr std::size_t PlanBytes() { return memory::ArenaBytes<T>(kBuffered); }

  // `tmpdir` as OpenOptions::tmpdir. The file is made now, so that nothing allocates later; that it
  // cannot be made is an error only once it is needed.
  RecordLog(memory::Arena& arena, const std::string& tmpdir, std::uint64_t cap_bytes)
      : buffer_(arena.Take<T>(kBuffered)), spool_(io::Spool::Create(tmpdir, cap_bytes)) {}

  // kIo where the temporary file cannot be made or written.
  Result<void> Append(const T& record) {
    if (n_buffered_ == buffer_.size()) {
      if (!spool_) return tl::unexpected<Error>(spool_.error());
      TM_TRY(spool_->Append(std::as_bytes(buffer_)));
      n_spooled_ += static_cast<std::int64_t>(n_buffered_);
      n_buffered_ = 0;
    }
    buffer_[n_buffered_++] = record;
    return {};
  }

  [[nodiscard]] std::int64_t size() const {
    return n_spooled_ + static_cast<std::int64_t>(n_buffered_);
  }

  // Reads up to out.size() records from number `first` on; returns how many (0 = the end).
  [[nodiscard]] Result<std::size_t> Read(std::int64_t first, std::span<T> out) const {
    if (first >= size() || out.empty()) return 0;
    if (first >= n_spooled_) {
      const auto from = static_cast<std::size_t>(first - n_spooled_);
      const std::size_t n = std::min(out.size(), n_buffered_ - from);
      std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(from), n, out.begin());
      return n;
    }
    const auto n = static_cast<std::size_t>(
        std::min<std::int64_t>(static_cast<std::int64_t>(out.size()), n_spooled_ - first));
    const auto offset = static_cast<std::uint64_t>(first) * sizeof(T);
    std::size_t n_bytes = 0;
    TM_TRY_ASSIGN(n_bytes, spool_->ReadAt(offset, std::as_writable_bytes(out.first(n))));
    return n_bytes / sizeof(T);
  }

 private:
  std::span<T> buffer_;  // the newest n_buffered_
  std::size_t n_buffered_ = 0;
  std::int64_t n_spooled_ = 0;
  Result<io::Spool> spool_;
};

// Walks a log from its first record to its last, a piece at a time. Borrows the log.
template <typename T>
class RecordCursor {
 public:
  // Null: a log without records.
  explicit RecordCursor(const RecordLog<T>* log) : log_(log) {}

  // The next record, valid until the next call; null at the end. kIo where reading back fails.
  Result<const T*> Next() {
    if (at_ == n_) {
      if (log_ == nullptr) return nullptr;
      TM_TRY_ASSIGN(n_, log_->Read(next_, piece_));
      next_ += static_cast<std::int64_t>(n_);
      at_ = 0;
      if (n_ == 0) return nullptr;
    }
    return &piece_[at_++];
  }

 private:
  const RecordLog<T>* log_;
  std::array<T, 64> piece_;
  std::int64_t next_ = 0;  // to be read from the log
  std::size_t n_ = 0;      // in piece_
  std::size_t at_ = 0;     // of them given out
};

// Calls visit(record) for each record in order. kIo where reading back fails.
template <typename T, typename Visit>
Result<void> ForEach(const RecordLog<T>* log, Visit visit) {
  RecordCursor<T> cursor(log);
  for (;;) {
    const T* record = nullptr;
    TM_TRY_ASSIGN(record, cursor.Next());
    if (record == nullptr) return {};
    visit(*record);
  }
}

}  // namespace tidemark::engine
