// SampleRing: the samples of a track between its writer and its reader, in a fixed piece of memory.
// One writer thread, one reader thread; every call ends in a bounded number of steps, without a
// lock. A *sample* is one moment on all channels, sample_bytes() long; positions count samples
// since the start and never wrap.
//
//     | guard: already read | waits: at most `capacity` | slack |      (circular)
//                           ^ tail                      ^ written
//
// The oldest samples are dropped by the writer, which moves the tail, unless the reader is just
// reading: then the slack takes what is written, so that the writer never waits and nobody touches
// samples that the other is at. What lies in the guard stays until the next drop: the reader fades
// out from it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "live/ring_sizes.h"
#include "memory/arena.h"

namespace tidemark::live {

class SampleRing {
 public:
  static std::size_t PlanBytes(const RingSizes& sizes);
  SampleRing(const RingSizes& sizes, memory::Arena& arena);

  // Writer -----------------------------------------------------------------------------------
  // How many samples can be taken now without dropping any.
  [[nodiscard]] std::int64_t Room() const;
  // Drops the oldest, in whole pieces or all, so that there is room for n <= capacity; returns how
  // many that dropped: none while the reader reads.
  std::int64_t DropOldest(std::int64_t n);
  // The short way for what fits without dropping any: all n samples are taken, and how many wait
  // then is returned; or none, and -1.
  std::int64_t TryPut(const std::byte* samples, std::int64_t n);
  // Copies n samples behind the last ones and shows them to the reader; returns how many there was
  // space for, the slack included.
  std::int64_t Put(const std::byte* samples, std::int64_t n);

  // Reader -----------------------------------------------------------------------------------
  // Between StartReading() and EndReading() none of this changes.
  struct Reading {
    std::int64_t begin = 0;      // the oldest sample that waits
    std::int64_t end = 0;        // behind the newest
    std::int64_t safe_from = 0;  // the oldest that can still be looked at
    // Where samples were dropped since the last read, and not flushed then: the first of them, and
    // what SeamSamples() begins with.
    std::optional<std::int64_t> seam;
  };
  Reading StartReading();
  // REQUIRES: within StartReading() and EndReading(), from safe_from to `end` of it.
  [[nodiscard]] RingSpans At(std::int64_t position, std::int64_t n);
  [[nodiscard]] std::span<std::byte> SeamSamples() { return seam_; }
  // Everything before `next` has been read.
  void EndReading(std::int64_t next);

  // Any thread -------------------------------------------------------------------------------
  // Nothing that is there now will be read. Returns how many samples that are.
  std::int64_t Flush();
  [[nodiscard]] std::int64_t buffered() const;
  [[nodiscard]] const RingSizes& sizes() const { return sizes_; }

 private:
  static constexpr std::uint64_t kReading = std::uint64_t{1} << 63;
  static constexpr std::uint64_t kSeam = std::uint64_t{1} << 62;
  static std::int64_t PositionOf(std::uint64_t tail) {
    return static_cast<std::int64_t>(tail & (kSeam - 1));
  }
  // Where a position lies in the ring; each side has its own, so that none is divided for.
  struct Cursor {
    std::int64_t position = 0;
    std::int64_t at = 0;
  };
  void MoveTo(std::int64_t position, Cursor& cursor) const;
  [[nodiscard]] RingSpans SpansAt(const Cursor& cursor, std::int64_t n) const;
  [[nodiscard]] std::int64_t Oldest(std::uint64_t tail) const;
  void Copy(const std::byte* samples, std::int64_t written, std::int64_t n);
  bool MoveTail(std::uint64_t tail, std::int64_t to);
  void KeepSeam(std::int64_t position);

  RingSizes sizes_;
  std::int64_t total_;  // samples in bytes_
  std::span<std::byte> bytes_;
  std::span<std::byte> seam_;
  std::int64_t seam_position_ = 0;  // the writer's while kSeam is not set, then the reader's
  alignas(64) std::atomic<std::int64_t> written_ = 0;
  Cursor write_cursor_;
  alignas(64) std::atomic<std::uint64_t> tail_ = 0;  // position | kReading | kSeam
  Cursor read_cursor_;
  std::atomic<std::int64_t> flushed_to_ = 0;
};

}  // namespace tidemark::live

#include "live/sample_ring_inline.h"  // IWYU pragma: export
