// RecordTray: the records that a stage gives back on the way: the newest for the caller to see,
// all of them in a RecordLog. One owner, one thread. Its memory comes from the arena.
#pragma once

#include <cassert>
#include <cstddef>
#include <span>

#include "engine/record_log.h"
#include "io/open_source.h"
#include "memory/arena.h"

namespace tidemark::engine {

template <typename T>
class RecordTray {
 public:
  static std::size_t PlanBytes(std::size_t capacity) {
    return memory::ArenaBytes<T>(capacity) + RecordLog<T>::PlanBytes();
  }
  RecordTray(std::size_t capacity, const io::OpenOptions& open, memory::Arena& arena)
      : records_(arena.Take<T>(capacity)), log_(arena, open.tmpdir, open.spool_cap_bytes) {}

  // Forgets what was new.
  void BeginStep() { n_new_ = 0; }

  // Where the next records go, until Take() says how many they are.
  [[nodiscard]] std::span<T> room() const { return records_.subspan(n_new_); }
  // kIo where the log cannot be written. REQUIRES: n <= room().size().
  Result<void> Take(std::size_t n) {
    assert(n <= room().size());
    for (const T& record : records_.subspan(n_new_, n)) TM_TRY(log_.Append(record));
    n_new_ += n;
    return {};
  }

  // Taken since BeginStep(), valid until the next.
  [[nodiscard]] std::span<const T> fresh() const { return records_.first(n_new_); }
  [[nodiscard]] const RecordLog<T>& log() const { return log_; }

 private:
  std::span<T> records_;
  std::size_t n_new_ = 0;
  RecordLog<T> log_;
};

}  // namespace tidemark::engine
