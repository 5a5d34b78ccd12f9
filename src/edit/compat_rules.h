// The cut list that auto-editor 31.5 makes of the same loud frames and options, for
// --compat auto-editor. Pure functions; any thread.
//
// A tick is a frame of its timebase. Margins, then smoothing, then manual ranges, then speeds; all
// by the frame, in the order and with the rounding that it has. Manual ranges are ours: those that
// overlap are refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clip.h"
#include "base/result.h"
#include "edit/cut_rules.h"
#include "edit/range_list.h"

namespace tidemark::edit {

// The level that its `audio` takes for loud where no threshold is given, of full scale 1.
inline constexpr double kCompatThreshold = 0.04;

// What MakeCompatClips() takes besides `loud` before it makes clips: each list may have one range
// more than kMaxRanges, and two lists that become one hold a block more each.
inline constexpr std::size_t kCompatListBytes =
    2 * RangeList::kMaxBytes + 6 * memory::kListBlockBytes;

// The timebase that it takes: the average rate of the video rounded to 2 decimals, those of NTSC
// snapped; 30 where there is no video (nullopt) or its rate is not known.
Timebase CompatTimebase(std::optional<Timebase> average_frame_rate);

// The clips of `loud` by its rules. It has no longest pause: max_pause_s is kUsage. Other errors as
// MakeClips(). Takes two lists of ranges (kCompatListBytes) besides `loud`, and then, when they are
// given back, what MakeClipsBytes() says.
Result<std::vector<Clip>> MakeCompatClips(RangeList loud, const CutRuleOptions& options,
                                          Timebase timebase, std::int64_t n_ticks);

}  // namespace tidemark::edit
