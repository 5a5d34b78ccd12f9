// A script of FFmpeg's concat demuxer: `ffmpeg -safe 0 -i talk_cut.ffconcat ...`. It has no speeds.
// Inpoints are sought: in streams that have key frames, decoding begins at the one before, so cut
// such streams by re-encoding, and with an edit that is exact elsewhere.
#include <fmt/format.h>

#include "base/text.h"
#include "edit/timeline_export.h"

namespace tidemark::edit {
namespace {

// In single quotes nothing is special but the quote itself: leave, escape, enter again.
std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace

Result<void> WriteFfconcat(const Export& what, io::OutputFile& output) {
  const Timeline& timeline = what.timeline;
  // The script is read line by line.
  if (what.source_path.find_first_of("\r\n") != std::string::npos) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: ffconcat cannot name a file with a line break in its name; rename "
                            "it, or write otio",
                            Printable(what.source_path)));
  }
  for (std::size_t i = 0; i < timeline.clips.size(); ++i) {
    const Clip& clip = timeline.clips[i];
    if (clip.speed == 1) continue;
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: clip {} plays at {} times the speed, and ffconcat cannot change "
                            "speed; write shotcut (melt renders it), otio or json",
                            what.file_name, i + 1, SpeedText(clip.speed)));
  }
  output.Write("ffconcat version 1.0\n");
  const std::string file = Quoted(PortableSourcePath(what));
  for (const Clip& clip : timeline.clips) {
    output.Write(fmt::format("file {}\ninpoint {:.6f}\noutpoint {:.6f}\n", file,
                             timeline.timebase.Seconds(clip.begin),
                             timeline.timebase.Seconds(clip.end)));
  }
  return {};
}

}  // namespace tidemark::edit
