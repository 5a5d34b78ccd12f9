// What the writers of timelines share. Private to src/edit/timeline_*.cc. Any thread.
#pragma once

#include <rapidjson/prettywriter.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "edit/timecode.h"
#include "edit/timeline.h"
#include "edit/timeline_format.h"
#include "io/json_stream.h"
#include "io/output_file.h"

namespace tidemark::edit {

// A timeline on its way into a file. Borrowed: the timeline.
struct Export {
  const Timeline& timeline;
  std::string source_path;  // absolute
  std::string source_url;   // file:///...
  std::string file_name;    // "talk.mp4"
  std::string name;         // "talk"
  std::string list_folder;  // absolute; empty where the list goes to the standard output
};

// Each writes all of its format; what the OutputFile met surfaces in Commit().
Result<void> WriteOtio(const Export& what, io::OutputFile& output);
Result<void> WriteFcpxml(const Export& what, io::OutputFile& output);
Result<void> WriteFcp7(const Export& what, TimelineFormat format, io::OutputFile& output);
Result<void> WriteEdl(const Export& what, io::OutputFile& output);
Result<void> WriteKdenlive(const Export& what, io::OutputFile& output);
Result<void> WriteShotcut(const Export& what, io::OutputFile& output);
Result<void> WriteFfconcat(const Export& what, io::OutputFile& output);
Result<void> WriteAudacity(const Export& what, io::OutputFile& output);
Result<void> WriteCutJson(const Export& what, io::OutputFile& output);
Result<void> WriteV1(const Export& what, io::OutputFile& output);
Result<void> WriteV2(const Export& what, io::OutputFile& output);
Result<void> WriteV3(const Export& what, io::OutputFile& output);

// "file:///a%20b/c.wav" of an absolute path: RFC 8089, every byte escaped but letters, digits and
// "-._~/".
std::string FileUrl(std::string_view absolute_path);

// The path to name the source by in a list that may be moved with it: relative to the list's
// folder where the source is in or below it, else absolute.
std::string PortableSourcePath(const Export& what);

// How the source numbers its frames: as its start timecode is written, else as is usual at its
// rate. REQUIRES: rate as TimecodeRate() gives it.
TimecodeFormat SourceTimecode(const Timeline& timeline, Timebase rate);

// The media's start timecode in frames of `rate`; 0 where it has none, or one that is none.
std::int64_t StartFrame(const Timeline& timeline, Timebase rate);

// Speeds other than 1, ascending.
std::set<double> DistinctSpeeds(const Timeline& timeline);

// "4", "1.25": the shortest that reads back as the same number.
std::string SpeedText(double speed);

// kUnsupported unless the clips are in the order of the source and do not overlap.
Result<void> RequireSourceOrder(const Export& what, TimelineFormat format);

// kUnsupported unless the source's path can stand in an XML or JSON text as it is.
Result<void> RequireTextPath(const Export& what, TimelineFormat format);

using TimelineJson = rapidjson::PrettyWriter<io::JsonStream>;

// Any text as a JSON string; what is no UTF-8 becomes U+FFFD.
void JsonText(TimelineJson& json, std::string_view text);

}  // namespace tidemark::edit
