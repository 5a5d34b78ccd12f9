// RangeList: which ticks of a source are marked, as sorted ranges. What detectors find, what
// expressions combine, what margins and smoothing change. Values; any thread. Functions take lists
// by value and give their memory back as they read on: move a list that is not needed again.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clip.h"
#include "memory/block_list.h"

namespace tidemark::edit {

// Ticks from `begin` up to, not with, `end`.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;

  bool operator==(const Range&) const = default;
};

class RangeList {
 public:
  using Ranges = memory::BlockList<Range>;
  // A list holds at most this many ranges: one every 0.2 s, as the default rules leave them at
  // most, for 7 hours.
  static constexpr std::size_t kMaxRanges = std::size_t{1} << 17;
  // What a list takes at most: 2 MiB.
  static constexpr std::size_t kMaxBytes = Ranges::BytesOf(kMaxRanges);

  RangeList() = default;
  // [0, n_ticks), or nothing where n_ticks <= 0.
  static RangeList Whole(std::int64_t n_ticks);

  // Adds ticks behind or upon the end of the list: what overlaps or touches the last range extends
  // it. An empty range adds nothing. False where the list is full; it stays as it was.
  // REQUIRES: begin >= the begin of the last range.
  [[nodiscard]] bool Append(Range range);

  // Sorted, disjoint, none empty, and none touching the next.
  [[nodiscard]] const Ranges& ranges() const { return ranges_; }
  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  [[nodiscard]] std::size_t size() const { return ranges_.size(); }
  // The number of ticks marked.
  [[nodiscard]] std::int64_t CountTicks() const;

  bool operator==(const RangeList&) const = default;

 private:
  friend class RangeSweep;
  friend class RangeReader;
  friend class RangeRewriter;
  Ranges ranges_;
};

// Of two lists. Results have at most as many ranges as both arguments together, so they may exceed
// kMaxRanges, which callers must look at; at no time more than both and three blocks are held.
RangeList And(RangeList a, RangeList b);
RangeList Or(RangeList a, RangeList b);
RangeList Xor(RangeList a, RangeList b);

// Of one list, in the memory that it has; Not() may add one range.
// The ticks of [0, n_ticks) that `a` does not mark.
RangeList Not(RangeList a, std::int64_t n_ticks);
// The ticks of `a` within [0, n_ticks).
RangeList Within(RangeList a, std::int64_t n_ticks);

// Each range with `before` ticks more at its begin and `after` more at its end, fewer where they
// are negative, within [0, n_ticks); ranges that meet become one, ranges that vanish are dropped.
RangeList WithMargins(RangeList a, std::int64_t before, std::int64_t after, std::int64_t n_ticks);
// Without the ranges shorter than `ticks`.
RangeList WithoutShort(RangeList a, std::int64_t ticks);
// With the gaps shorter than `ticks` marked too, those at either end of [0, n_ticks) as well. An
// empty list stays empty.
RangeList WithoutShortGaps(RangeList a, std::int64_t ticks, std::int64_t n_ticks);

// The tick nearest to a time; halves up; within 2^61 of 0. REQUIRES: seconds is no NaN.
std::int64_t NearestTick(double seconds, Timebase timebase);

}  // namespace tidemark::edit
