#include <cstdint>
#include <cstdlib>

#include "edit/cut_totals.h"
#include "edit/timeline_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto list = tidemark::edit::ParseTimelineList(text, "list", "");
  if (!list) {
    const auto code = list.error().code;
    if (code != tidemark::ErrorCode::kBadData && code != tidemark::ErrorCode::kUnsupported) {
      std::abort();
    }
    if (!list.error().message.starts_with("list: ")) std::abort();
    return 0;
  }
  const tidemark::edit::Timeline& timeline = list->timeline;
  if (timeline.media.path.empty() || timeline.clips.empty()) std::abort();
  if (timeline.timebase.num <= 0 || timeline.timebase.den <= 0) std::abort();
  for (const tidemark::Clip& clip : timeline.clips) {
    if (clip.begin < 0 || clip.end <= clip.begin || clip.end > timeline.n_ticks) std::abort();
    if (!(clip.speed > 0)) std::abort();
  }
  if (tidemark::edit::OutputTicks(timeline) < 0) std::abort();
  const auto totals = tidemark::edit::TotalsOf(timeline);
  if (!(totals.source_s > 0) || !(totals.cut_s <= totals.source_s * (1 + 1e-9))) std::abort();
  return 0;
}
