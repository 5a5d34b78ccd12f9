#include "edit/range_list.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "edit/range_passes.h"

namespace tidemark::edit {
namespace {

// In place of an edge where there is none.
constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

// Walks over the edges of a list, in order.
class EdgeReader {
 public:
  explicit EdgeReader(RangeList list) : reader_(std::move(list)) {}

  // The next edge; kNone at the end.
  [[nodiscard]] std::int64_t edge() const {
    const Range* const range = reader_.range();
    if (range == nullptr) return kNone;
    return inside_ ? range->end : range->begin;
  }
  // Whether what comes before it is marked.
  [[nodiscard]] bool inside() const { return inside_; }
  void Next() {
    if (inside_) reader_.Next();
    inside_ = !inside_;
  }

 private:
  RangeReader reader_;
  bool inside_ = false;
};

// Walks over both lists edge by edge; keeps the stretches where keep(in a, in b).
template <typename Keep>
RangeList Combine(RangeList list_a, RangeList list_b, Keep keep) {
  EdgeReader a(std::move(list_a));
  EdgeReader b(std::move(list_b));
  RangeSweep sweep;
  std::int64_t from = std::min(a.edge(), b.edge());
  while (from != kNone) {
    if (a.edge() == from) a.Next();
    if (b.edge() == from) b.Next();
    const std::int64_t to = std::min(a.edge(), b.edge());
    if (to != kNone && keep(a.inside(), b.inside())) sweep.Add({from, to});
    from = to;
  }
  return sweep.Take();
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

RangeList And(RangeList a, RangeList b) {
  return Combine(std::move(a), std::move(b), [](bool in_a, bool in_b) { return in_a && in_b; });
}

RangeList Or(RangeList a, RangeList b) {
  return Combine(std::move(a), std::move(b), [](bool in_a, bool in_b) { return in_a || in_b; });
}

RangeList Xor(RangeList a, RangeList b) {
  return Combine(std::move(a), std::move(b), [](bool in_a, bool in_b) { return in_a != in_b; });
}

RangeList Not(RangeList a, std::int64_t n_ticks) {
  RangeRewriter rewriter(std::move(a));
  std::int64_t last_end = 0;
  while (const auto range = rewriter.Next()) {
    rewriter.Add({last_end, std::min(range->begin, n_ticks)});
    last_end = std::max(last_end, range->end);
  }
  rewriter.Add({last_end, n_ticks});
  return rewriter.Take();
}

RangeList Within(RangeList a, std::int64_t n_ticks) {
  return WithMargins(std::move(a), 0, 0, n_ticks);
}

RangeList WithMargins(RangeList a, std::int64_t before, std::int64_t after, std::int64_t n_ticks) {
  // Ranges lie in order and apart, and move by the same steps, so they stay in order.
  RangeRewriter rewriter(std::move(a));
  while (const auto range = rewriter.Next()) {
    rewriter.Add(
        {std::max<std::int64_t>(range->begin - before, 0), std::min(range->end + after, n_ticks)});
  }
  return rewriter.Take();
}

RangeList WithoutShort(RangeList a, std::int64_t ticks) {
  RangeRewriter rewriter(std::move(a));
  while (const auto range = rewriter.Next()) {
    if (range->end - range->begin >= ticks) rewriter.Add(*range);
  }
  return rewriter.Take();
}

RangeList WithoutShortGaps(RangeList a, std::int64_t ticks, std::int64_t n_ticks) {
  const bool is_empty = a.empty();
  RangeRewriter rewriter(std::move(a));
  std::int64_t last_end = 0;
  while (const auto range = rewriter.Next()) {
    if (range->begin - last_end < ticks) rewriter.Add({last_end, range->begin});
    rewriter.Add(*range);
    last_end = range->end;
  }
  if (!is_empty && n_ticks - last_end < ticks) rewriter.Add({last_end, n_ticks});
  return rewriter.Take();
}

std::int64_t NearestTick(double seconds, Timebase timebase) {
  const double ticks = std::floor(
      seconds * static_cast<double>(timebase.num) / static_cast<double>(timebase.den) + 0.5);
  constexpr double kLimit = 0x1p61;
  return static_cast<std::int64_t>(std::clamp(ticks, -kLimit, kLimit));
}

}  // namespace tidemark::edit
