// What a cut comes to, and the source as a row of stretches that are kept, sped up or cut. Pure
// functions; any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "edit/timeline.h"

namespace tidemark::edit {

// Seconds.
struct CutTotals {
  double source_s = 0;
  double output_s = 0;
  double saved_s = 0;        // source_s - output_s; negative where clips are slowed down
  std::size_t n_clips = 0;   // kept, at whatever speed
  std::size_t n_cuts = 0;    // stretches of the source that are in no clip
  double cut_s = 0;          // all of those
  double longest_cut_s = 0;  // the longest, and where it begins
  double longest_cut_at_s = 0;
  double changed_s = 0;  // of the source, played at another speed than 1
};

// Clips in any order; where they overlap, the source counts once.
CutTotals TotalsOf(const Timeline& timeline);
// What TotalsOf() takes, in bytes: nothing where the clips follow the source.
std::size_t TotalsBytes(const Timeline& timeline);

// A stretch of the source, in seconds.
struct Stretch {
  double begin_s = 0;
  double end_s = 0;
  double speed = 0;     // 0: cut
  double output_s = 0;  // where the output is when it begins
  bool mixed = false;   // several in one; `speed` is that of the longest
};

// All of the source in turn, clips in any order. More than max_stretches would be too fine to draw:
// then those shorter than the max_stretches-th part of the source are put together until they are
// not, which leaves at most twice as many. `output_s` is that of the clip, 0 where it is cut in a
// timeline that does not follow the source.
std::vector<Stretch> StretchesOf(const Timeline& timeline, std::size_t max_stretches);

}  // namespace tidemark::edit
