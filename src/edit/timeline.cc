#include "edit/timeline.h"

#include <algorithm>

namespace tidemark::edit {

std::int64_t OutputTicks(const Timeline& timeline) {
  std::int64_t total = 0;
  for (const Clip& clip : timeline.clips) total += tidemark::OutputTicks(clip);
  return total;
}

double OutputSeconds(const Timeline& timeline, double source_s) {
  std::int64_t before = 0;
  for (const Clip& clip : timeline.clips) {
    const std::int64_t n_ticks = tidemark::OutputTicks(clip);
    if (source_s < timeline.timebase.Seconds(clip.end)) {
      const double into_s = std::max(0.0, source_s - timeline.timebase.Seconds(clip.begin));
      return timeline.timebase.Seconds(before) +
             std::min(into_s / clip.speed, timeline.timebase.Seconds(n_ticks));
    }
    before += n_ticks;
  }
  return timeline.timebase.Seconds(before);
}

}  // namespace tidemark::edit
