#include "edit/range_list.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace tidemark::edit {

// Adds ranges to a list that may grow beyond kMaxRanges; joins what touches.
class RangeSweep {
 public:
  void Add(Range range) {
    if (range.begin >= range.end) return;
    std::vector<Range>& ranges = list_.ranges_;
    if (!ranges.empty() && range.begin <= ranges.back().end) {
      ranges.back().end = std::max(ranges.back().end, range.end);
    } else {
      ranges.push_back(range);
    }
  }
  RangeList Take() { return std::move(list_); }

 private:
  RangeList list_;
};

namespace {

// In place of an edge where there is none.
constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

// Walks both lists edge by edge; keeps the stretches where keep(in a, in b).
template <typename Keep>
RangeList Combine(std::span<const Range> a, std::span<const Range> b, Keep keep) {
  RangeSweep sweep;
  std::size_t i = 0;  // edges passed: even: outside, before range i / 2
  std::size_t j = 0;
  const auto edge = [](std::span<const Range> ranges, std::size_t k) {
    if (k / 2 >= ranges.size()) return kNone;
    return k % 2 == 0 ? ranges[k / 2].begin : ranges[k / 2].end;
  };
  std::int64_t from = std::min(edge(a, 0), edge(b, 0));
  for (;;) {
    while (edge(a, i) == from && from != kNone) ++i;
    while (edge(b, j) == from && from != kNone) ++j;
    const std::int64_t to = std::min(edge(a, i), edge(b, j));
    if (to == kNone) return sweep.Take();
    if (keep(i % 2 != 0, j % 2 != 0)) sweep.Add({from, to});
    from = to;
  }
}

}  // namespace

RangeList RangeList::Whole(std::int64_t n_ticks) {
  RangeSweep sweep;
  sweep.Add({0, n_ticks});
  return sweep.Take();
}

bool RangeList::Append(Range range) {
  if (range.begin >= range.end) return true;
  assert(ranges_.empty() || range.begin >= ranges_.back().begin);
  if (!ranges_.empty() && range.begin <= ranges_.back().end) {
    ranges_.back().end = std::max(ranges_.back().end, range.end);
    return true;
  }
  if (ranges_.size() >= kMaxRanges) return false;
  ranges_.push_back(range);
  return true;
}

std::int64_t RangeList::CountTicks() const {
  std::int64_t n = 0;
  for (const Range& range : ranges_) n += range.end - range.begin;
  return n;
}

RangeList And(const RangeList& a, const RangeList& b) {
  return Combine(a.ranges(), b.ranges(), [](bool in_a, bool in_b) { return in_a && in_b; });
}

RangeList Or(const RangeList& a, const RangeList& b) {
  return Combine(a.ranges(), b.ranges(), [](bool in_a, bool in_b) { return in_a || in_b; });
}

RangeList Xor(const RangeList& a, const RangeList& b) {
  return Combine(a.ranges(), b.ranges(), [](bool in_a, bool in_b) { return in_a != in_b; });
}

RangeList Not(const RangeList& a, std::int64_t n_ticks) {
  const RangeList whole = RangeList::Whole(n_ticks);
  return Combine(whole.ranges(), a.ranges(),
                 [](bool inside, bool in_a) { return inside && !in_a; });
}

RangeList Within(const RangeList& a, std::int64_t n_ticks) {
  return And(a, RangeList::Whole(n_ticks));
}

RangeList WithMargins(const RangeList& a, std::int64_t before, std::int64_t after,
                      std::int64_t n_ticks) {
  // Ranges lie in order and apart, and move by the same steps, so they stay in order.
  RangeSweep sweep;
  for (const Range& range : a.ranges()) {
    sweep.Add(
        {std::max<std::int64_t>(range.begin - before, 0), std::min(range.end + after, n_ticks)});
  }
  return sweep.Take();
}

RangeList WithoutShort(const RangeList& a, std::int64_t ticks) {
  RangeSweep sweep;
  for (const Range& range : a.ranges()) {
    if (range.end - range.begin >= ticks) sweep.Add(range);
  }
  return sweep.Take();
}

RangeList WithoutShortGaps(const RangeList& a, std::int64_t ticks, std::int64_t n_ticks) {
  RangeSweep sweep;
  std::int64_t last_end = 0;
  for (const Range& range : a.ranges()) {
    if (range.begin - last_end < ticks) sweep.Add({last_end, range.begin});
    sweep.Add(range);
    last_end = range.end;
  }
  if (!a.empty() && n_ticks - last_end < ticks) sweep.Add({last_end, n_ticks});
  return sweep.Take();
}

std::int64_t NearestTick(double seconds, Timebase timebase) {
  const double ticks = std::floor(
      seconds * static_cast<double>(timebase.num) / static_cast<double>(timebase.den) + 0.5);
  constexpr double kLimit = 0x1p61;
  return static_cast<std::int64_t>(std::clamp(ticks, -kLimit, kLimit));
}

}  // namespace tidemark::edit
