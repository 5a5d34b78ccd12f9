// Timeline: a source and the clips of it that are kept, in order. What rules make, what is
// rendered, and what is written for editors. A value; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clip.h"
#include "base/stream_format.h"

namespace tidemark::edit {

struct VideoInfo {
  int width = 0;
  int height = 0;
  Timebase frame_rate{30, 1};  // the average, where it varies
  bool variable_rate = false;
};

// What a timeline says of its source.
struct MediaInfo {
  std::string path;  // as the user gave it
  double duration_s = 0;
  std::vector<StreamFormat> audio;  // in the order of the file
  // Which streams of the file those are, counted over streams of all kinds; empty: the first ones,
  // behind the video's where there is video.
  std::vector<int> audio_indices;
  std::optional<VideoInfo> video;
  // Of the first frame, as the file says: "01:00:00:00", with ';' before the frames where numbers
  // are dropped. Empty: none, which is 00:00:00:00.
  std::string start_timecode;
};

// REQUIRES of the clips: begin < end <= n_ticks, speed > 0, in the order of the output. Rules make
// them in the order of the source too, without overlap; lists read from a file need not be.
struct Timeline {
  MediaInfo media;
  Timebase timebase;
  std::int64_t n_ticks = 0;  // of the source
  std::vector<Clip> clips;
};

// What a list of n clips takes, in bytes, where it was made in its size.
constexpr std::size_t ClipListBytes(std::size_t n_clips) { return n_clips * sizeof(Clip); }

// The length of the output.
std::int64_t OutputTicks(const Timeline& timeline);

// Where a moment of the source lies in the output, whatever the order of the clips: in the first
// clip of the output that holds it; where none does, at the start of the clip that comes next in
// the source; behind all of these, at the end of the one that goes on longest. 0 without clips.
double OutputSeconds(const Timeline& timeline, double source_s);

struct OutputSpan {
  double begin_s = 0;
  double end_s = 0;
};

// Where a part of the source, such as a chapter, lies in the output: from where it begins to where
// it ends. Where the order of the clips tears it into several stretches: the longest of them, of
// equal ones the first. nullopt where nothing of it is kept.
std::optional<OutputSpan> OutputSpanOf(const Timeline& timeline, double begin_s, double end_s);

}  // namespace tidemark::edit
