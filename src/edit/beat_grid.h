// The beat grid in cutting: which beats or bars a term keeps, and edges moved onto beats. Pure
// functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "edit/edit_term.h"
#include "edit/range_list.h"

namespace tidemark::edit {

// What a caller should hold at most: three beats a second for 24 hours, 4 MiB.
inline constexpr std::size_t kMaxGridBeats = std::size_t{1} << 18;

struct GridBeat {
  std::int64_t tick = 0;
  int position = 0;  // in the bar: 1 is the downbeat; 0 where it is not known
};

// What becomes of a term by the beats of the music, which rise in time.
// kBeats, kBars: the kept beats or bars, each up to the next; the last one lasts as long as the one
// before it, within [0, n_ticks); `found` is not looked at. What lies before the first beat (bars:
// downbeat) and behind the last is never part of it.
// With a snap: `found` with each edge on the nearest beat or downbeat, if that is no farther away
// than its own neighbours, so that edges outside of the music stay. A range whose edges fall
// together becomes the beat or bar that holds its middle. Else `found`.
// kBadData where the term needs beats, or bars, and none were found.
// kMemory: TooManyRanges(). Takes OnBeatGridBytes() besides `found`, the result of kBeats and kBars
// apart.
Result<RangeList> OnBeatGrid(const EditTerm& term, RangeList found, std::span<const GridBeat> beats,
                             std::int64_t n_ticks);
constexpr std::size_t OnBeatGridBytes(std::size_t n_beats) {
  return (n_beats + 1) * sizeof(std::int64_t);
}

}  // namespace tidemark::edit
