#include "edit/beat_grid.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>
#include <vector>

#include "edit/edit_rule.h"
#include "edit/range_passes.h"

namespace tidemark::edit {
namespace {

// The ticks at which beats or bars start, and at which the last one ends.
using Marks = std::vector<std::int64_t>;

Result<Marks> MarksOf(bool bars, std::span<const GridBeat> beats, std::int64_t n_ticks) {
  Marks marks;
  marks.reserve(beats.size() + 1);
  for (const GridBeat& beat : beats) {
    if (!bars || beat.position == 1) marks.push_back(beat.tick);
  }
  if (marks.empty()) {
    return Fail(
        ErrorCode::kBadData,
        bars && !beats.empty()
            ? "no bars were found in the music; use beats with every=N instead"
            : "no beats were found; leave beats, bars and snap= out of the edit expression");
  }
  const std::int64_t last = marks.back();
  const std::int64_t length = marks.size() > 1   ? last - marks[marks.size() - 2]
                              : beats.size() > 1 ? beats.back().tick - beats.front().tick
                                                 : n_ticks - last;
  marks.push_back(std::clamp(last + length, last, std::max(last, n_ticks)));
  return marks;
}

Result<RangeList> KeptBeats(const EditTerm& term, std::span<const GridBeat> beats,
                            std::int64_t n_ticks) {
  const bool bars = term.kind == TermKind::kBars;
  Marks marks;
  TM_TRY_ASSIGN(marks, MarksOf(bars, beats, n_ticks));
  const auto downbeat = std::ranges::find(beats, 1, &GridBeat::position);
  const bool by_bar = !bars && term.every == 0 && term.kept_positions != EditTerm::kEveryPosition;
  if (by_bar && std::ranges::all_of(beats, [](const GridBeat& b) { return b.position == 0; })) {
    return Fail(ErrorCode::kBadData,
                "beats: no bars were found in the music; give every=N beside keep= or drop=");
  }
  const auto first_of_group =
      bars || downbeat == beats.end() ? 0 : static_cast<std::int64_t>(downbeat - beats.begin());
  RangeList kept;
  for (std::size_t i = 0; i + 1 < marks.size(); ++i) {
    std::int64_t position = 1;  // in the group, from 1; 0: not known
    if (by_bar) {
      position = beats[i].position;
    } else if (term.every > 0) {
      const std::int64_t from_first = static_cast<std::int64_t>(i) - first_of_group;
      position = (from_first % term.every + term.every) % term.every + 1;
    }
    if (position < 1 || position > EditTerm::kMaxGroup) continue;
    if ((term.kept_positions >> (position - 1) & 1) == 0) continue;
    const Range range{marks[i], std::min(marks[i + 1], n_ticks)};
    if (!kept.Append(range)) return TooManyRanges("groups of more beats with every=N make fewer");
  }
  return kept;
}

// The nearest mark, if that is no farther away than its own neighbours; else `tick`.
std::int64_t Snapped(std::int64_t tick, const Marks& marks) {
  auto mark = std::ranges::lower_bound(marks, tick);
  if (mark == marks.end() || (mark != marks.begin() && tick - mark[-1] < *mark - tick)) --mark;
  std::int64_t reach = std::numeric_limits<std::int64_t>::max();
  if (mark != marks.begin()) reach = *mark - mark[-1];
  if (mark + 1 != marks.end()) reach = std::min(reach, mark[1] - *mark);
  return std::abs(tick - *mark) <= reach ? *mark : tick;
}

RangeList SnappedTo(const Marks& marks, RangeList found, std::int64_t n_ticks) {
  RangeRewriter rewriter(std::move(found));
  std::int64_t last_begin = 0;
  while (const auto range = rewriter.Next()) {
    Range moved{Snapped(range->begin, marks), Snapped(range->end, marks)};
    if (moved.begin >= moved.end) {
      const std::int64_t middle = range->begin + (range->end - range->begin) / 2;
      const auto next = std::ranges::upper_bound(marks, middle);
      const bool inside = next != marks.begin() && next != marks.end();
      moved = inside ? Range{next[-1], *next} : *range;
    }
    moved.begin = std::clamp(moved.begin, last_begin, n_ticks);
    moved.end = std::min(moved.end, n_ticks);
    last_begin = moved.begin;
    rewriter.Add(moved);
  }
  return rewriter.Take();
}

}  // namespace

Result<RangeList> OnBeatGrid(const EditTerm& term, RangeList found, std::span<const GridBeat> beats,
                             std::int64_t n_ticks) {
  if (term.kind == TermKind::kBeats || term.kind == TermKind::kBars) {
    return KeptBeats(term, beats, n_ticks);
  }
  if (term.snap == SnapTo::kNone) return found;
  Marks marks;
  TM_TRY_ASSIGN(marks, MarksOf(term.snap == SnapTo::kBar, beats, n_ticks));
  return SnappedTo(marks, std::move(found), n_ticks);
}

}  // namespace tidemark::edit
