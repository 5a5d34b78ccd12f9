// The ways of SampleRing that are gone for every frame, so that one costs no calls. Included by
// live/sample_ring.h alone.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "live/sample_ring.h"

namespace tidemark::live {

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
