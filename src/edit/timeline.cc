#include "edit/timeline.h"

#include <algorithm>

namespace tidemark::edit {
namespace {

// How long the clip has played, in seconds of the output, when that moment comes or is passed.
double IntoClip(const Timeline& timeline, const Clip& clip, double source_s) {
  const double into_s = std::max(0.0, source_s - timeline.timebase.Seconds(clip.begin));
  return std::min(into_s / clip.speed, timeline.timebase.Seconds(tidemark::OutputTicks(clip)));
}

}  // namespace

std::int64_t OutputTicks(const Timeline& timeline) {
  std::int64_t total = 0;
  for (const Clip& clip : timeline.clips) total += tidemark::OutputTicks(clip);
  return total;
}

double OutputSeconds(const Timeline& timeline, double source_s) {
  std::int64_t before = 0;
  const Clip* next = nullptr;
  const Clip* last = nullptr;
  double next_s = 0;
  double last_s = 0;
  for (const Clip& clip : timeline.clips) {
    const double begin_s = timeline.timebase.Seconds(clip.begin);
    const bool begins = begin_s <= source_s;
    if (begins && source_s < timeline.timebase.Seconds(clip.end)) {
      return timeline.timebase.Seconds(before) + IntoClip(timeline, clip, source_s);
    }
    if (!begins && (next == nullptr || clip.begin < next->begin)) {
      next = &clip;
      next_s = timeline.timebase.Seconds(before);
    }
    before += tidemark::OutputTicks(clip);
    if (last == nullptr || clip.end > last->end) {
      last = &clip;
      last_s = timeline.timebase.Seconds(before);
    }
  }
  return next != nullptr ? next_s : last_s;
}

std::optional<OutputSpan> OutputSpanOf(const Timeline& timeline, double begin_s, double end_s) {
  std::optional<OutputSpan> longest;
  OutputSpan stretch;
  bool goes_on = false;  // to the end of the clip before
  std::int64_t before = 0;
  for (const Clip& clip : timeline.clips) {
    const double clip_begin_s = timeline.timebase.Seconds(clip.begin);
    const double clip_end_s = timeline.timebase.Seconds(clip.end);
    const double at_s = timeline.timebase.Seconds(before);
    before += tidemark::OutputTicks(clip);
    if (end_s <= clip_begin_s || begin_s >= clip_end_s) {
      goes_on = false;
      continue;
    }
    if (!goes_on || begin_s > clip_begin_s) {
      stretch.begin_s = at_s + IntoClip(timeline, clip, begin_s);
    }
    stretch.end_s = at_s + IntoClip(timeline, clip, end_s);
    goes_on = end_s >= clip_end_s;
    const double length_s = stretch.end_s - stretch.begin_s;
    if (length_s > 0 && (!longest || length_s > longest->end_s - longest->begin_s)) {
      longest = stretch;
    }
  }
  return longest;
}

}  // namespace tidemark::edit
