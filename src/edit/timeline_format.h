// TimelineFormat: what a timeline can be written as, by name. Values; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tidemark::edit {

enum class TimelineFormat : std::uint8_t {
  kOtio,          // OpenTimelineIO
  kFcpxml,        // Final Cut Pro X, version 1.10
  kPremiere,      // xmeml 5, a track for each channel; Final Cut Pro 7 reads it too
  kResolve,       // xmeml 5, a track for each stream
  kEdl,           // CMX 3600
  kKdenlive,      // Kdenlive 22.12 and later
  kShotcut,       // MLT XML with Shotcut's properties; melt plays it
  kFfconcat,      // ffmpeg's concat demuxer
  kAudacity,      // a label track
  kClipSequence,  // a media file for each clip: rendered, not written (clip_sequence.h)
  kJson,          // ours: docs/cut-formats.md
  kV1,            // auto-editor's
  kV2,
  kV3,
};

// From "otio", "fcpxml", "premiere", "resolve", "edl", "kdenlive", "shotcut", "ffconcat",
// "audacity", "clip-sequence", "json", "v1", "v2", "v3", and what others call the same:
// "final-cut-pro", "fcp7", "mlt". kUsage, with all the names, for anything else.
Result<TimelineFormat> ParseTimelineFormat(std::string_view name);

// The first of its names.
std::string_view TimelineFormatName(TimelineFormat format);

// Without a dot: "otio", "xml", "v3.json", ... Empty for kClipSequence, whose files have that of
// the media.
std::string_view TimelineExtension(TimelineFormat format);

// "talk_cut.otio" for "talk.mp4"; in the folder of the source. For kClipSequence the extension of
// the source stays: "talk_cut.mp4", which clip_sequence.h numbers.
std::string DefaultTimelinePath(const std::string& source_path, TimelineFormat format);

}  // namespace tidemark::edit
