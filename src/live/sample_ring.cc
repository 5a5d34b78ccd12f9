#include "live/sample_ring.h"

#include <algorithm>
#include <cassert>

namespace tidemark::live {
namespace {

// Whole pieces, so that frames that are written whole lie in one run each.
std::int64_t Total(const RingSizes& sizes) {
  const std::int64_t n = sizes.guard + sizes.capacity + sizes.slack;
  return (n + sizes.drop - 1) / sizes.drop * sizes.drop;
}

}  // namespace

std::size_t SampleRing::PlanBytes(const RingSizes& sizes) {
  return memory::ArenaBytes<std::byte>(sizes.Bytes(Total(sizes))) +
         memory::ArenaBytes<std::byte>(sizes.Bytes(sizes.seam));
}

SampleRing::SampleRing(const RingSizes& sizes, memory::Arena& arena)
    : sizes_(sizes),
      total_(Total(sizes)),
      bytes_(arena.Take<std::byte>(sizes.Bytes(total_))),
      seam_(arena.Take<std::byte>(sizes.Bytes(sizes.seam))) {}

// What followed the last sample read, before it is overwritten; the first drop's where there are
// several between two reads.
void SampleRing::KeepSeam(std::int64_t position) {
  Cursor cursor = write_cursor_;
  MoveTo(position, cursor);
  const RingSpans spans = SpansAt(cursor, sizes_.seam);
  std::ranges::copy(spans.first, seam_.begin());
  std::ranges::copy(spans.second, seam_.begin() + static_cast<std::ptrdiff_t>(spans.first.size()));
  seam_position_ = position;
}

// False where the reader reads.
bool SampleRing::MoveTail(std::uint64_t tail, std::int64_t to) {
  if ((tail & kReading) != 0) return false;
  std::uint64_t seam = tail & kSeam;
  const std::int64_t from = Oldest(tail);
  if (seam == 0 && from < to && from + sizes_.seam <= written_.load(std::memory_order_relaxed)) {
    KeepSeam(from);
    seam = kSeam;
  }
  return tail_.compare_exchange_strong(tail, static_cast<std::uint64_t>(to) | seam,
                                       std::memory_order_acq_rel, std::memory_order_acquire);
}

std::int64_t SampleRing::DropOldest(std::int64_t n) {
  assert(n <= sizes_.capacity);
  const std::int64_t written = written_.load(std::memory_order_relaxed);
  const std::uint64_t tail = tail_.load(std::memory_order_acquire);
  const std::int64_t oldest = Oldest(tail);
  const std::int64_t excess = std::max<std::int64_t>(0, written + n - sizes_.capacity - oldest);
  const std::int64_t n_pieces = (excess + sizes_.drop - 1) / sizes_.drop;
  const std::int64_t to = std::min(oldest + n_pieces * sizes_.drop, written);
  return MoveTail(tail, to) ? to - oldest : 0;
}

std::int64_t SampleRing::Put(const std::byte* samples, std::int64_t n) {
  const std::int64_t written = written_.load(std::memory_order_relaxed);
  std::uint64_t tail = tail_.load(std::memory_order_acquire);
  std::int64_t space = sizes_.capacity + sizes_.slack - (written - PositionOf(tail));
  if (space < n && MoveTail(tail, Oldest(tail))) {  // what was flushed
    tail = tail_.load(std::memory_order_acquire);
    space = sizes_.capacity + sizes_.slack - (written - PositionOf(tail));
  }
  n = std::min(n, space);
  if (n <= 0) return 0;
  Copy(samples, written, n);
  return n;
}

std::int64_t SampleRing::Flush() {
  const std::int64_t oldest = Oldest(tail_.load(std::memory_order_acquire));
  const std::int64_t written = written_.load(std::memory_order_acquire);
  std::int64_t flushed_to = flushed_to_.load(std::memory_order_acquire);
  while (flushed_to < written &&
         !flushed_to_.compare_exchange_weak(flushed_to, written, std::memory_order_acq_rel)) {
  }
  return std::max<std::int64_t>(0, written - oldest);
}

}  // namespace tidemark::live
