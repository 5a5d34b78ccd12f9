#include "edit/compat_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace tidemark::edit {
namespace {

using Bits = std::vector<bool>;

// Seconds to milliseconds to frames, halves away from zero.
std::int64_t Frames(double seconds, Timebase timebase) {
  const double rate_hz = static_cast<double>(timebase.num) / static_cast<double>(timebase.den);
  const double frames = std::round(std::round(seconds * 1000) / 1000 * rate_hz);
  constexpr auto kLimit = static_cast<double>(kMaxCompatTicks);
  return static_cast<std::int64_t>(std::clamp(frames, -kLimit, kLimit));
}

Bits BitsOf(const RangeList& loud, std::int64_t n_ticks) {
  Bits bits(static_cast<std::size_t>(n_ticks));
  const RangeList within = Within(loud, n_ticks);
  for (const Range& range : within.ranges()) {
    std::fill(bits.begin() + range.begin, bits.begin() + range.end, true);
  }
  return bits;
}

// Sets [begin, end) as far as it lies in the array.
void Set(Bits& bits, std::int64_t begin, std::int64_t end, bool value) {
  begin = std::max<std::int64_t>(begin, 0);
  end = std::min(end, static_cast<std::int64_t>(bits.size()));
  if (begin < end) std::fill(bits.begin() + begin, bits.begin() + end, value);
}

// The runs of equal bits: run(begin, end, value).
template <typename Run>
void ForEachRun(const Bits& bits, Run run) {
  const auto n = static_cast<std::int64_t>(bits.size());
  std::int64_t begin = 0;
  for (std::int64_t i = 1; i <= n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (i < n && bits[at] == bits[at - 1]) continue;
    run(begin, i, bits[at - 1]);
    begin = i;
  }
}

// Every edge of `loud` at its place, first all that rise, then all that fall; a later one writes
// over what an earlier one wrote.
void ApplyMargins(Bits& bits, const RangeList& loud, std::int64_t before, std::int64_t after) {
  const auto n = static_cast<std::int64_t>(bits.size());
  for (const Range& range : loud.ranges()) {
    if (range.begin < 1 || range.begin >= n) continue;
    const std::int64_t edge = range.begin;
    Set(bits, std::min(edge - before, edge), std::max(edge - before, edge), before > 0);
  }
  for (const Range& range : loud.ranges()) {
    if (range.end < 1 || range.end >= n) continue;
    const std::int64_t edge = range.end;
    Set(bits, std::min(edge + after, edge), std::max(edge + after, edge), after > 0);
  }
}

// One round: loud runs shorter than min_clip become silent, silent runs shorter than min_cut loud,
// both by what they were before.
Bits SmoothedOnce(const Bits& bits, std::int64_t min_cut, std::int64_t min_clip) {
  Bits next = bits;
  ForEachRun(bits, [&](std::int64_t begin, std::int64_t end, bool loud) {
    if (end - begin < (loud ? min_clip : min_cut)) Set(next, begin, end, !loud);
  });
  return next;
}

// Rounds until nothing changes, or until it is again what it was two rounds ago.
Bits Smoothed(Bits bits, std::int64_t min_cut, std::int64_t min_clip) {
  Bits before;
  for (;;) {
    Bits next = SmoothedOnce(bits, min_cut, min_clip);
    if (next == bits || next == before) return next;
    before = std::exchange(bits, std::move(next));
  }
}

Result<RangeList> RangesOf(const Bits& bits) {
  RangeList loud;
  bool fits = true;
  ForEachRun(bits, [&](std::int64_t begin, std::int64_t end, bool is_loud) {
    if (is_loud) fits = fits && loud.Append({begin, end});
  });
  if (fits) return loud;
  return Fail(ErrorCode::kUsage,
              fmt::format("there would be more than {} clips; a longer --min-cut makes fewer",
                          RangeList::kMaxRanges));
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

Result<std::vector<Clip>> MakeCompatClips(const RangeList& loud, const CutRuleOptions& options,
                                          Timebase timebase, std::int64_t n_ticks) {
  if (n_ticks > kMaxCompatTicks) {
    return Fail(ErrorCode::kUsage,
                fmt::format("--compat auto-editor reaches at most {} frames", kMaxCompatTicks));
  }
  if (options.max_pause_s) {
    return Fail(ErrorCode::kUsage, "--max-pause is no option of auto-editor; leave out --compat");
  }
  Bits bits = BitsOf(loud, n_ticks);
  ApplyMargins(bits, Within(loud, n_ticks), Frames(options.margin_before_s, timebase),
               Frames(options.margin_after_s, timebase));
  bits = Smoothed(std::move(bits), Frames(options.min_cut_s, timebase),
                  Frames(options.min_clip_s, timebase));
  RangeList smoothed;
  TM_TRY_ASSIGN(smoothed, RangesOf(bits));
  return ClipsOfSmoothed(smoothed, options, timebase, n_ticks);
}

}  // namespace tidemark::edit
