// RangeList: which ticks of a source are marked, as sorted ranges. What detectors find, what
// expressions combine, what margins and smoothing change. Values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/clip.h"

namespace tidemark::edit {

// Ticks from `begin` up to, not with, `end`.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;

  bool operator==(const Range&) const = default;
};

class RangeList {
 public:
  // A list holds at most this many ranges (4 MiB): three a second for 24 hours.
  static constexpr std::size_t kMaxRanges = std::size_t{1} << 18;

  RangeList() = default;
  // [0, n_ticks), or nothing where n_ticks <= 0.
  static RangeList Whole(std::int64_t n_ticks);

  // Adds ticks behind or upon the end of the list: what overlaps or touches the last range extends
  // it. An empty range adds nothing. False where the list is full; it stays as it was.
  // REQUIRES: begin >= the begin of the last range.
  [[nodiscard]] bool Append(Range range);

  // Sorted, disjoint, none empty, and none touching the next.
  [[nodiscard]] std::span<const Range> ranges() const { return ranges_; }
  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  [[nodiscard]] std::size_t size() const { return ranges_.size(); }
  // The number of ticks marked.
  [[nodiscard]] std::int64_t CountTicks() const;

  bool operator==(const RangeList&) const = default;

 private:
  friend class RangeSweep;
  std::vector<Range> ranges_;
};

// Results of the functions below have at most as many ranges as both arguments together, and one
// more; so they may exceed kMaxRanges, by what the caller combines.
RangeList And(const RangeList& a, const RangeList& b);
RangeList Or(const RangeList& a, const RangeList& b);
RangeList Xor(const RangeList& a, const RangeList& b);
// The ticks of [0, n_ticks) that `a` does not mark.
RangeList Not(const RangeList& a, std::int64_t n_ticks);
// The ticks of `a` within [0, n_ticks).
RangeList Within(const RangeList& a, std::int64_t n_ticks);

// Each range with `before` ticks more at its begin and `after` more at its end, fewer where they
// are negative, within [0, n_ticks); ranges that meet become one, ranges that vanish are dropped.
RangeList WithMargins(const RangeList& a, std::int64_t before, std::int64_t after,
                      std::int64_t n_ticks);
// Without the ranges shorter than `ticks`.
RangeList WithoutShort(const RangeList& a, std::int64_t ticks);
// With the gaps shorter than `ticks` marked too, those at either end of [0, n_ticks) as well. An
// empty list stays empty.
RangeList WithoutShortGaps(const RangeList& a, std::int64_t ticks, std::int64_t n_ticks);

// The tick nearest to a time; halves up; within 2^61 of 0. REQUIRES: seconds is no NaN.
std::int64_t NearestTick(double seconds, Timebase timebase);

}  // namespace tidemark::edit
