#include "edit/timeline_writer.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "edit/timeline_export.h"
#include "io/same_file.h"

namespace tidemark::edit {
namespace {

// `path` from the root, without "." and "..", symbolic links as they are. kIo where the working
// folder is gone.
Result<std::string> Absolute(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) {
    return Fail(ErrorCode::kIo,
                fmt::format("{}: cannot tell its folder: {}", path, error.message()));
  }
  return absolute.lexically_normal().string();
}

Result<Export> Prepare(const Timeline& timeline, const std::string& list_path) {
  if (timeline.media.path.empty() || timeline.media.path == "-") {
    return Fail(ErrorCode::kUsage,
                "standard input has no name that an editor could open; save it to a file first");
  }
  Export what{timeline, {}, {}, {}, {}, {}};
  TM_TRY_ASSIGN(what.source_path, Absolute(timeline.media.path));
  const std::filesystem::path source(what.source_path);
  what.source_url = FileUrl(what.source_path);
  what.file_name = source.filename().string();
  what.name = source.stem().string();
  if (!list_path.empty() && list_path != "-") {
    if (io::IsSameFile(what.source_path, list_path)) {
      return Fail(ErrorCode::kUsage,
                  fmt::format("{}: the list would replace its own source; give it another name",
                              list_path));
    }
    std::string list;
    TM_TRY_ASSIGN(list, Absolute(list_path));
    what.list_folder = std::filesystem::path(list).parent_path().string();
  }
  return what;
}

Result<void> WriteAs(TimelineFormat format, const Export& what, io::OutputFile& output) {
  switch (format) {
    case TimelineFormat::kOtio:
      return WriteOtio(what, output);
    case TimelineFormat::kFcpxml:
      return WriteFcpxml(what, output);
    case TimelineFormat::kPremiere:
    case TimelineFormat::kResolve:
      return WriteFcp7(what, format, output);
    case TimelineFormat::kEdl:
      return WriteEdl(what, output);
    case TimelineFormat::kKdenlive:
      return WriteKdenlive(what, output);
    case TimelineFormat::kShotcut:
      return WriteShotcut(what, output);
    case TimelineFormat::kFfconcat:
      return WriteFfconcat(what, output);
    case TimelineFormat::kAudacity:
      return WriteAudacity(what, output);
    case TimelineFormat::kJson:
      return WriteCutJson(what, output);
    case TimelineFormat::kV1:
      return WriteV1(what, output);
    case TimelineFormat::kV2:
      return WriteV2(what, output);
    case TimelineFormat::kV3:
      return WriteV3(what, output);
    case TimelineFormat::kClipSequence:
      break;
  }
  return Fail(ErrorCode::kUsage, "a clip sequence is media, not a list; render each clip");
}

}  // namespace

Result<void> WriteTimeline(const Timeline& timeline, TimelineFormat format, const std::string& path,
                           const Cancellation* cancellation) {
  auto what = Prepare(timeline, path);
  if (!what) return tl::unexpected<Error>(std::move(what).error());
  auto output = io::OutputFile::Create(path, io::OutputFile::Mode::kWhole, cancellation);
  if (!output) return tl::unexpected<Error>(std::move(output).error());
  TM_TRY(WriteAs(format, *what, *output));
  return output->Commit();
}

}  // namespace tidemark::edit
