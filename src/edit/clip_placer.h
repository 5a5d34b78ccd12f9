// ClipPlacer: the clips of a timeline one after another, where they lie in the source and in the
// output, in whole frames of an editor's rate. Borrows the timeline; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "edit/timeline.h"

namespace tidemark::edit {

// Half-open ranges of frames. output_end > output_begin; each clip begins where the one before it
// ends. At speed 1 both ranges have the same length.
struct PlacedClip {
  std::size_t number = 0;  // from 0, counting only clips that are given out
  std::int64_t source_begin = 0;
  std::int64_t source_end = 0;
  std::int64_t output_begin = 0;
  std::int64_t output_end = 0;
  double speed = 1;

  [[nodiscard]] std::int64_t length() const { return output_end - output_begin; }
  // Where the clip begins in the source played at its speed: what most editors store as its in
  // point. ceil(source_begin / speed).
  [[nodiscard]] std::int64_t retimed_begin() const;
};

class ClipPlacer {
 public:
  // Boundaries in the output are rounded from the start of the output, and begins from the start of
  // the source, so that roundings do not add up: each is within half a frame. A source range that
  // would reach past the last frame is moved back by what is too much.
  ClipPlacer(const Timeline& timeline, Timebase rate);

  // The next clip of at least a frame; shorter ones are passed over, their time is the next clip's.
  std::optional<PlacedClip> Next();

  // Frames of the source.
  [[nodiscard]] std::int64_t source_frames() const { return source_frames_; }

 private:
  const Timeline& timeline_;
  Timebase rate_;
  std::int64_t source_frames_;
  std::size_t index_ = 0;
  std::size_t n_given_ = 0;
  std::int64_t output_ticks_ = 0;  // of the clips before index_
};

// The length of the output and the number of clips, in frames of `rate`, as ClipPlacer gives them.
struct PlacedTotals {
  std::int64_t output_frames = 0;
  std::int64_t source_frames = 0;
  std::size_t n_clips = 0;
};
PlacedTotals Placed(const Timeline& timeline, Timebase rate);

}  // namespace tidemark::edit
