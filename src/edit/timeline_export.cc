#include "edit/timeline_export.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/text.h"
#include "edit/frame_rate.h"
#include "edit/xml_output.h"

namespace tidemark::edit {

std::string FileUrl(std::string_view absolute_path) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string url = "file://";
  for (const char c : absolute_path) {
    if (kPlain.find(c) != std::string_view::npos) {
      url += c;
    } else {
      url += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return url;
}

std::string PortableSourcePath(const Export& what) {
  if (what.list_folder.empty()) return what.source_path;
  const std::filesystem::path relative =
      std::filesystem::path(what.source_path).lexically_relative(what.list_folder);
  const bool is_below = !relative.empty() && *relative.begin() != "..";
  return is_below ? relative.string() : what.source_path;
}

TimecodeFormat SourceTimecode(const Timeline& timeline, Timebase rate) {
  TimecodeFormat format = UsualTimecode(rate);
  const std::string& start = timeline.media.start_timecode;
  if (!start.empty()) format.drop_frame = format.drop_frame && start.find(';') != std::string::npos;
  return format;
}

std::int64_t StartFrame(const Timeline& timeline, Timebase rate) {
  const TimecodeFormat format = SourceTimecode(timeline, TimecodeRate(rate));
  const auto frame = ParseTimecode(timeline.media.start_timecode, format);
  return RescaleTicks(frame.value_or(0), format.rate, rate);
}

std::set<double> DistinctSpeeds(const Timeline& timeline) {
  std::set<double> speeds;
  for (const Clip& clip : timeline.clips) {
    if (clip.speed != 1) speeds.insert(clip.speed);
  }
  return speeds;
}

std::string SpeedText(double speed) { return fmt::format("{}", speed); }

Result<void> RequireSourceOrder(const Export& what, TimelineFormat format) {
  std::int64_t end = 0;
  for (std::size_t i = 0; i < what.timeline.clips.size(); ++i) {
    const Clip& clip = what.timeline.clips[i];
    if (clip.begin < end) {
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("{}: clip {} begins before the end of the one before it, and {} goes "
                              "through the source once; write json, v3 or otio",
                              what.file_name, i + 1, TimelineFormatName(format)));
    }
    end = clip.end;
  }
  return {};
}

Result<void> RequireTextPath(const Export& what, TimelineFormat format) {
  if (IsXmlText(what.source_path)) return {};
  return Fail(ErrorCode::kUnsupported,
              fmt::format("{}: {} cannot name this file: the name is not UTF-8 or has control "
                          "characters; rename it, or write otio",
                          ValidUtf8(Printable(what.source_path)), TimelineFormatName(format)));
}

void JsonText(TimelineJson& json, std::string_view text) {
  const std::string valid = ValidUtf8(text);
  json.String(valid.data(), static_cast<rapidjson::SizeType>(valid.size()));
}

}  // namespace tidemark::edit
