// From what is loud to what is kept: margins, smoothing, shortened pauses, speeds and what users
// say themselves, as a list of clips. Values and pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clip.h"
#include "base/result.h"
#include "edit/edit_rule.h"
#include "edit/manual_range.h"
#include "edit/range_list.h"

namespace tidemark::edit {

// A cut list has at most this many clips: 3 MiB.
inline constexpr std::size_t kMaxClips = RangeList::kMaxRanges;

struct CutRuleOptions {
  // Loud parts grow by these, or shrink where negative; parts that meet become one.
  double margin_before_s = 0.2;
  double margin_after_s = 0.2;
  double min_clip_s = 0.1;  // then shorter loud parts count as silent
  double min_cut_s = 0.2;   // then shorter silences count as loud, those at the ends too
  // Then silences are not removed, but those between sounds that are longer become this long,
  // margins included: what is kept of one stands half at either edge, that of a silence at the
  // start or end of the file next to the sound. Nothing shorter than min_cut_s is taken away.
  std::optional<double> max_pause_s;
  std::optional<double> silent_speed;  // nullopt: silence is cut
  double loud_speed = 1;
  std::vector<ManualRange> manual;  // these come last and hold whatever the rest says
};

// The defaults. Where the rule uses the beat grid, margins and shortest lengths are 0: edges stay
// on their beats.
CutRuleOptions DefaultCutRules(const EditRule& rule);

// kUsage: lengths that are negative or over a day, speeds beyond kMinSpeed to kMaxSpeed.
Result<void> CheckCutRules(const CutRuleOptions& options);

// The clips of a source of n_ticks whose loud ticks are `loud`, in order, without overlap, apart or
// of different speeds, each at least a tick long in the output. Lengths are rounded to the nearest
// tick. Nothing loud and nothing kept otherwise: an empty list, which callers must refuse.
// kUsage: what CheckCutRules() and PlaceManualRanges() refuse, more than kMaxClips clips.
// Takes what MakeClipsBytes() says, the result included, besides `loud`, whose memory it gives back
// as the clips are made.
Result<std::vector<Clip>> MakeClips(RangeList loud, const CutRuleOptions& options,
                                    Timebase timebase, std::int64_t n_ticks);
std::size_t MakeClipsBytes(const CutRuleOptions& options);

// The last step of MakeClips() alone, for rules that smooth in their own way: speeds and manual
// ranges. A clip also falls away where its length over its speed rounds to 0 ticks.
Result<std::vector<Clip>> ClipsOfSmoothed(RangeList loud, const CutRuleOptions& options,
                                          Timebase timebase, std::int64_t n_ticks);

}  // namespace tidemark::edit
