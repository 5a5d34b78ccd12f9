// A label track, as Audacity imports it: begin, end and text, separated by tabs, in seconds of the
// source; a label for each stretch that is kept ("kept", "kept 4x") and each that is cut ("cut").
#include <fmt/format.h>

#include "edit/timeline_export.h"

namespace tidemark::edit {

Result<void> WriteAudacity(const Export& what, io::OutputFile& output) {
  TM_TRY(RequireSourceOrder(what, TimelineFormat::kAudacity));
  const Timeline& timeline = what.timeline;
  std::int64_t at = 0;
  const auto label = [&](std::int64_t end, std::string_view text) {
    if (end > at) {
      output.Write(fmt::format("{:.6f}\t{:.6f}\t{}\n", timeline.timebase.Seconds(at),
                               timeline.timebase.Seconds(end), text));
    }
    at = end;
  };
  for (const Clip& clip : timeline.clips) {
    label(clip.begin, "cut");
    label(clip.end, clip.speed == 1 ? "kept" : fmt::format("kept {}x", SpeedText(clip.speed)));
  }
  label(timeline.n_ticks, "cut");
  return {};
}

}  // namespace tidemark::edit
