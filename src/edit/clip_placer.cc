#include "edit/clip_placer.h"

#include <algorithm>
#include <cmath>

#include "edit/frame_rate.h"

namespace tidemark::edit {

std::int64_t PlacedClip::retimed_begin() const {
  if (speed == 1) return source_begin;
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(source_begin) / speed));
}

ClipPlacer::ClipPlacer(const Timeline& timeline, Timebase rate)
    : timeline_(timeline),
      rate_(rate),
      source_frames_(
          std::max<std::int64_t>(1, RescaleTicks(timeline.n_ticks, timeline.timebase, rate))) {}

std::optional<PlacedClip> ClipPlacer::Next() {
  const auto frames = [this](std::int64_t ticks) {
    return RescaleTicks(ticks, timeline_.timebase, rate_);
  };
  while (index_ < timeline_.clips.size()) {
    const Clip& clip = timeline_.clips[index_++];
    const std::int64_t begin_ticks = output_ticks_;
    output_ticks_ += tidemark::OutputTicks(clip);
    PlacedClip placed{
        n_given_,  frames(clip.begin), frames(clip.end), frames(begin_ticks), frames(output_ticks_),
        clip.speed};
    if (placed.length() <= 0) continue;
    if (clip.speed == 1) {
      placed.source_begin = std::max<std::int64_t>(
          0, std::min(placed.source_begin, source_frames_ - placed.length()));
      placed.source_end = placed.source_begin + placed.length();
    } else {
      placed.source_begin = std::min(placed.source_begin, source_frames_ - 1);
      placed.source_end = std::max(placed.source_end, placed.source_begin + 1);
    }
    ++n_given_;
    return placed;
  }
  return std::nullopt;
}

PlacedTotals Placed(const Timeline& timeline, Timebase rate) {
  ClipPlacer placer(timeline, rate);
  PlacedTotals totals;
  totals.source_frames = placer.source_frames();
  while (const auto clip = placer.Next()) {
    totals.output_frames = clip->output_end;
    ++totals.n_clips;
  }
  return totals;
}

}  // namespace tidemark::edit
