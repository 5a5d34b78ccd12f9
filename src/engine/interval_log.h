// IntervalLog: a list of intervals that grows with the audio but not in memory: the first few are
// kept, the rest goes to an unnamed temporary file and is read back in order.
// One owner, one thread. The buffer comes from the arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "analysis/activity.h"
#include "io/spool.h"
#include "memory/arena.h"

namespace tidemark::engine {

class IntervalLog {
 public:
  static constexpr std::size_t kBuffered = 256;  // intervals, 4 KiB

  static constexpr std::size_t PlanBytes() {
    return memory::ArenaBytes<analysis::Interval>(kBuffered);
  }

  // `tmpdir` as OpenOptions::tmpdir. The file is made now, so that nothing allocates later; that it
  // cannot be made is an error only once it is needed.
  IntervalLog(memory::Arena& arena, const std::string& tmpdir, std::uint64_t cap_bytes)
      : buffer_(arena.Take<analysis::Interval>(kBuffered)),
        spool_(io::Spool::Create(tmpdir, cap_bytes)) {}

  // kIo where the temporary file cannot be made or written.
  Result<void> Append(const analysis::Interval& interval);

  [[nodiscard]] std::int64_t size() const {
    return n_spooled_ + static_cast<std::int64_t>(n_buffered_);
  }

  // Reads up to out.size() intervals from number `first` on; returns how many (0 = the end).
  Result<std::size_t> Read(std::int64_t first, std::span<analysis::Interval> out);

 private:
  std::span<analysis::Interval> buffer_;  // the newest n_buffered_
  std::size_t n_buffered_ = 0;
  std::int64_t n_spooled_ = 0;
  Result<io::Spool> spool_;
};

}  // namespace tidemark::engine
