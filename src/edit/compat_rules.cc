#include "edit/compat_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "edit/range_passes.h"

namespace tidemark::edit {
namespace {

// Seconds to milliseconds to frames, halves away from zero.
std::int64_t Frames(double seconds, Timebase timebase) {
  const double rate_hz = static_cast<double>(timebase.num) / static_cast<double>(timebase.den);
  const double frames = std::round(std::round(seconds * 1000) / 1000 * rate_hz);
  constexpr double kLimit = 0x1p40;
  return static_cast<std::int64_t>(std::clamp(frames, -kLimit, kLimit));
}

// The ticks between each edge of `loud` and `by` behind it (before it where negative); edges at the
// start and end of the source do not move.
RangeList Moved(RangeList loud, bool rising, std::int64_t by, std::int64_t n_ticks) {
  RangeRewriter rewriter(std::move(loud));
  while (const auto range = rewriter.Next()) {
    const std::int64_t edge = rising ? range->begin : range->end;
    if (edge < 1 || edge >= n_ticks) continue;
    rewriter.Add({std::min(edge, edge + by), std::max(edge, edge + by)});
  }
  return Within(rewriter.Take(), n_ticks);
}

// Every edge of `loud` at its place, first all that rise, then all that fall; a later one writes
// over what an earlier one wrote.
RangeList WithCompatMargins(RangeList loud, std::int64_t before, std::int64_t after,
                            std::int64_t n_ticks) {
  RangeList edges = loud;
  RangeList moved = Moved(loud, true, -before, n_ticks);
  loud = before > 0 ? Or(std::move(loud), std::move(moved))
                    : And(std::move(loud), Not(std::move(moved), n_ticks));
  moved = Moved(std::move(edges), false, after, n_ticks);
  return after > 0 ? Or(std::move(loud), std::move(moved))
                   : And(std::move(loud), Not(std::move(moved), n_ticks));
}

// One round: loud runs shorter than min_clip become silent, silent runs shorter than min_cut loud,
// both by what they were before.
RangeList SmoothedOnce(const RangeList& loud, std::int64_t min_cut, std::int64_t min_clip,
                       std::int64_t n_ticks) {
  RangeSweep next;
  std::int64_t last_end = 0;
  for (const Range& range : loud.ranges()) {
    if (range.begin - last_end < min_cut) next.Add({last_end, range.begin});
    if (range.end - range.begin >= min_clip) next.Add(range);
    last_end = range.end;
  }
  if (n_ticks - last_end < min_cut) next.Add({last_end, n_ticks});
  return next.Take();
}

// Rounds until nothing changes, or until it is again what it was two rounds ago.
RangeList Smoothed(RangeList loud, std::int64_t min_cut, std::int64_t min_clip,
                   std::int64_t n_ticks) {
  std::optional<RangeList> before;
  for (;;) {
    RangeList next = SmoothedOnce(loud, min_cut, min_clip, n_ticks);
    if (next == loud || next == before) return next;
    before = std::exchange(loud, std::move(next));
  }
}

}  // namespace

Timebase CompatTimebase(std::optional<Timebase> average_frame_rate) {
  constexpr Timebase kDefault{30, 1};
  if (!average_frame_rate || average_frame_rate->num <= 0 || average_frame_rate->den <= 0) {
    return kDefault;
  }
  const auto hundredths = [](const Timebase& rate) {
    return std::llround(static_cast<double>(rate.num) * 100 / static_cast<double>(rate.den));
  };
  const std::int64_t wanted = hundredths(*average_frame_rate);
  constexpr std::array<Timebase, 3> kNtsc = {{{60000, 1001}, {30000, 1001}, {24000, 1001}}};
  for (const Timebase& ntsc : kNtsc) {
    if (hundredths(ntsc) == wanted) return ntsc;
  }
  if (wanted == 0) return kDefault;
  const std::int64_t divisor = std::gcd(wanted, std::int64_t{100});
  return {wanted / divisor, 100 / divisor};
}

Result<std::vector<Clip>> MakeCompatClips(RangeList loud, const CutRuleOptions& options,
                                          Timebase timebase, std::int64_t n_ticks) {
  if (options.max_pause_s) {
    return Fail(ErrorCode::kUsage, "--max-pause is no option of auto-editor; leave out --compat");
  }
  loud =
      WithCompatMargins(Within(std::move(loud), n_ticks), Frames(options.margin_before_s, timebase),
                        Frames(options.margin_after_s, timebase), n_ticks);
  loud = Smoothed(std::move(loud), Frames(options.min_cut_s, timebase),
                  Frames(options.min_clip_s, timebase), n_ticks);
  return ClipsOfSmoothed(std::move(loud), options, timebase, n_ticks);
}

}  // namespace tidemark::edit
