#include "edit/timeline_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <iterator>

#include "base/text.h"

namespace tidemark::edit {
namespace {

struct Names {
  TimelineFormat format;
  std::string_view name;
  std::string_view alias;  // empty: none
  std::string_view extension;
};

constexpr Names kNames[] = {
    {TimelineFormat::kOtio, "otio", "opentimelineio", "otio"},
    {TimelineFormat::kFcpxml, "fcpxml", "final-cut-pro", "fcpxml"},
    {TimelineFormat::kPremiere, "premiere", "fcp7", "xml"},
    {TimelineFormat::kResolve, "resolve", "", "xml"},
    {TimelineFormat::kEdl, "edl", "cmx3600", "edl"},
    {TimelineFormat::kKdenlive, "kdenlive", "", "kdenlive"},
    {TimelineFormat::kShotcut, "shotcut", "mlt", "mlt"},
    {TimelineFormat::kFfconcat, "ffconcat", "", "ffconcat"},
    {TimelineFormat::kAudacity, "audacity", "", "txt"},
    {TimelineFormat::kClipSequence, "clip-sequence", "", ""},
    {TimelineFormat::kJson, "json", "", "json"},
    {TimelineFormat::kV1, "v1", "", "v1.json"},
    {TimelineFormat::kV2, "v2", "", "v2.json"},
    {TimelineFormat::kV3, "v3", "", "v3.json"},
};

const Names& Of(TimelineFormat format) {
  const auto* const found = std::find_if(std::begin(kNames), std::end(kNames),
                                         [&](const Names& n) { return n.format == format; });
  assert(found != std::end(kNames));
  return *found;
}

}  // namespace

Result<TimelineFormat> ParseTimelineFormat(std::string_view name) {
  std::string all;
  for (const Names& names : kNames) {
    if (name == names.name || (!name.empty() && name == names.alias)) return names.format;
    all += fmt::format("{}{}", all.empty() ? "" : ", ", names.name);
  }
  return Fail(ErrorCode::kUsage, fmt::format("'{}' is no format of timelines; there are {}",
                                             ValidUtf8(Printable(name)), all));
}

std::string_view TimelineFormatName(TimelineFormat format) { return Of(format).name; }

std::string_view TimelineExtension(TimelineFormat format) { return Of(format).extension; }

std::string DefaultTimelinePath(const std::string& source_path, TimelineFormat format) {
  const std::filesystem::path source(source_path);
  const std::string extension = format == TimelineFormat::kClipSequence
                                    ? source.extension().string()
                                    : fmt::format(".{}", TimelineExtension(format));
  const std::string name = fmt::format("{}_cut{}", source.stem().string(), extension);
  return (source.parent_path() / name).string();
}

}  // namespace tidemark::edit
