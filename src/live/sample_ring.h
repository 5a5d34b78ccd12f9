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
#include <span>

#include "memory/arena.h"

namespace tidemark::live {

struct RingSizes {
  std::size_t sample_bytes = 2;
  std::int64_t capacity = 0;  // samples
  std::int64_t slack = 0;     // what may be written during one read
  std::int64_t guard = 0;
  std::int64_t seam = 0;  // what is kept of the samples that followed the last one read
};

// A run of samples in up to two pieces, where it wraps.
struct RingSpans {
  std::span<std::byte> first;
  std::span<std::byte> second;
};

class SampleRing {
 public:
  static std::size_t PlanBytes(const RingSizes& sizes);
  SampleRing(const RingSizes& sizes, memory::Arena& arena);

  // Writer -----------------------------------------------------------------------------------
  // How many of n samples can be taken now without dropping any.
  [[nodiscard]] std::int64_t Room(std::int64_t n);
  // Drops the oldest so that n can be taken, n <= capacity; returns how many that dropped. While
  // the reader reads nothing is dropped: Take() then has what slack is left.
  std::int64_t DropOldest(std::int64_t n);
  // Copies the samples behind the last ones, as many as there is space for, and shows them to the
  // reader; returns how many.
  std::int64_t Put(std::span<const std::byte> samples);

  // Reader -----------------------------------------------------------------------------------
  // From StartReading() to EndReading() the samples between them stay.
  struct Reading {
    std::int64_t begin = 0;  // the oldest that is there
    std::int64_t end = 0;
    bool seam = false;  // some were dropped in front of `begin` since the last read
  };
  Reading StartReading();
  // REQUIRES: within StartReading() and EndReading(); within [begin - guard, end) unless dropped.
  [[nodiscard]] RingSpans At(std::int64_t position, std::int64_t n) const;
  // What followed the last sample read, where `seam`; as many as sizes.seam.
  [[nodiscard]] std::span<const std::byte> SeamSamples() const { return seam_; }
  // Everything before `next` has been read.
  void EndReading(std::int64_t next);

  // Any thread -------------------------------------------------------------------------------
  // Nothing that is there now will be read. Returns how many samples that are.
  std::int64_t Flush();
  [[nodiscard]] std::int64_t buffered() const;
  [[nodiscard]] std::int64_t written() const { return written_.load(std::memory_order_acquire); }
  [[nodiscard]] const RingSizes& sizes() const { return sizes_; }

 private:
  static constexpr std::uint64_t kReading = std::uint64_t{1} << 63;
  static constexpr std::uint64_t kSeam = std::uint64_t{1} << 62;
  static std::int64_t PositionOf(std::uint64_t tail) {
    return static_cast<std::int64_t>(tail & (kSeam - 1));
  }
  [[nodiscard]] std::int64_t Oldest(std::uint64_t tail) const;
  void KeepSeam(std::int64_t position);

  RingSizes sizes_;
  std::int64_t total_;  // samples in bytes_
  std::span<std::byte> bytes_;
  std::span<std::byte> seam_;
  alignas(64) std::atomic<std::int64_t> written_ = 0;
  alignas(64) std::atomic<std::uint64_t> tail_ = 0;  // position | kReading | kSeam
  std::atomic<std::int64_t> flushed_to_ = 0;
};

}  // namespace tidemark::live
