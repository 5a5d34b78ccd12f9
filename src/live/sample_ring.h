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

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

// Here so that a frame costs no calls.

inline std::int64_t SampleRing::Oldest(std::uint64_t tail) const {
  return std::max(PositionOf(tail), flushed_to_.load(std::memory_order_acquire));
}

inline std::int64_t SampleRing::Room() const {
  const std::int64_t written = written_.load(std::memory_order_relaxed);
  const std::int64_t oldest = Oldest(tail_.load(std::memory_order_acquire));
  return std::max<std::int64_t>(0, sizes_.capacity - (written - oldest));
}

inline void SampleRing::Copy(const std::byte* samples, std::int64_t written, std::int64_t n) {
  const RingSpans spans = SpansAt(write_cursor_, n);
  std::memcpy(spans.first.data(), samples, spans.first.size());
  if (!spans.second.empty()) {
    std::memcpy(spans.second.data(), samples + spans.first.size(), spans.second.size());
  }
  MoveTo(written + n, write_cursor_);
  written_.store(written + n, std::memory_order_release);
}

inline std::int64_t SampleRing::TryPut(const std::byte* samples, std::int64_t n) {
  const std::int64_t written = written_.load(std::memory_order_relaxed);
  const std::uint64_t tail = tail_.load(std::memory_order_acquire);
  // What was flushed lies there until the tail has moved.
  if (written + n - PositionOf(tail) > sizes_.capacity) return -1;
  Copy(samples, written, n);
  return written + n - Oldest(tail);
}

inline SampleRing::Reading SampleRing::StartReading() {
  // Sets the bit, which is not set: an addition is one instruction, an "or" that gives the old
  // value a loop.
  const std::uint64_t tail = tail_.fetch_add(kReading, std::memory_order_acq_rel);
  Reading reading;
  const std::int64_t flushed_to = flushed_to_.load(std::memory_order_acquire);
  reading.begin = std::max(PositionOf(tail), flushed_to);
  reading.end = written_.load(std::memory_order_acquire);
  reading.safe_from = PositionOf(tail) - sizes_.guard;
  if ((tail & kSeam) != 0 && seam_position_ >= flushed_to) reading.seam = seam_position_;
  return reading;
}

inline RingSpans SampleRing::At(std::int64_t position, std::int64_t n) {
  MoveTo(position, read_cursor_);
  return SpansAt(read_cursor_, n);
}

inline void SampleRing::MoveTo(std::int64_t position, Cursor& cursor) const {
  std::int64_t at = cursor.at + position - cursor.position;
  if (at >= total_) at -= total_;
  if (at < 0) at += total_;
  if (at < 0 || at >= total_) at = (at % total_ + total_) % total_;
  cursor = {position, at};
}

inline RingSpans SampleRing::SpansAt(const Cursor& cursor, std::int64_t n) const {
  const std::int64_t n_first = std::min(n, total_ - cursor.at);
  return {bytes_.subspan(sizes_.Bytes(cursor.at), sizes_.Bytes(n_first)),
          bytes_.first(sizes_.Bytes(n - n_first))};
}

inline void SampleRing::EndReading(std::int64_t next) {
  tail_.store(static_cast<std::uint64_t>(next), std::memory_order_release);
}

inline std::int64_t SampleRing::buffered() const {
  const std::int64_t oldest = Oldest(tail_.load(std::memory_order_acquire));
  return std::max<std::int64_t>(0, written_.load(std::memory_order_acquire) - oldest);
}

}  // namespace tidemark::live
