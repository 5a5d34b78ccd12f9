// FrameSchedule: which of many tracks has a frame due next, on any monotonic clock. Each track has
// a phase of its own within its frame, by the golden ratio, which spreads any number of them
// evenly. Phases are kept for good: after a stall frames are skipped, not moved. A binary heap by
// due time, in fixed memory; one thread at a time. Times in nanoseconds, not negative.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include "memory/arena.h"

namespace tidemark::live {

class FrameSchedule {
 public:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  static std::size_t PlanBytes(std::size_t max_tracks);
  FrameSchedule(std::size_t max_tracks, memory::Arena& arena);

  // A track's place, below max_tracks; none where all are taken. Its first frame is due within a
  // frame from the next Take(). REQUIRES: both positive.
  std::optional<std::size_t> Add(int rate_hz, std::int64_t frame_samples);
  // REQUIRES: a place that Add() gave and that was not removed since. Linear in the tracks.
  void Remove(std::size_t place);

  struct Due {
    std::size_t place = 0;
    std::int64_t late_ns = 0;
    std::int64_t frame_ns = 0;
    std::int64_t n_skipped = 0;  // frames that were due after this one and will not be
  };
  // The frame that has been due for longest; none where none is. One that is late by more than its
  // length is followed by none before the next that is still to come.
  std::optional<Due> Take(std::int64_t now_ns);

  // When Take() will give a frame, or has to be called for a track that is new; kNever without
  // tracks.
  [[nodiscard]] std::int64_t NextDue() const { return n_ == 0 ? kNever : heap_[0].due_ns; }
  [[nodiscard]] std::size_t size() const { return n_; }

 private:
  struct Entry {
    std::int64_t due_ns;
    std::size_t place;
  };
  struct Track {
    std::int64_t rate_hz;
    std::int64_t frame;      // samples
    std::int64_t anchor_ns;  // of position 0; kNew: not yet known
    std::int64_t position;   // samples to the frame that is due next
    std::uint32_t phase;     // of its frame, in 2^-32
    std::size_t next_free;   // place, where this one is free
  };
  static constexpr std::int64_t kNew = -1;
  void Push(std::int64_t due_ns, std::size_t place);
  static bool Later(const Entry& a, const Entry& b) { return a.due_ns > b.due_ns; }

  std::span<Entry> heap_;
  std::span<Track> tracks_;
  std::size_t n_ = 0;
  std::size_t free_ = 0;  // the first free place; tracks_.size(): none
  std::uint32_t next_phase_ = 0;
};

}  // namespace tidemark::live
