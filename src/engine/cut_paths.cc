#include "engine/cut_paths.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "edit/clip_sequence.h"
#include "engine/cut_tracks.h"
#include "io/same_file.h"

namespace tidemark::engine {
namespace {

Result<void> CheckFolder(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return {};
  return Fail(ErrorCode::kIo, fmt::format("{}: cannot be made in {}: {}", Printable(path),
                                          folder == "." ? "this folder" : Printable(folder),
                                          std::generic_category().message(errno)));
}

// The usual extensions are the containers' names.
std::string WithContainer(const std::string& path, const std::string& container) {
  if (container.empty() || path == "-") return path;
  return std::filesystem::path(path).replace_extension(container).string();
}

bool IsStandardOutput(const std::string& path) { return path.empty() || path == "-"; }

}  // namespace

std::string OutputPathOf(const CutRequest& request, const std::string& source_path) {
  if (!request.output.path.empty()) return request.output.path;
  if (request.product == CutProduct::kLevels) return "-";
  if (request.product == CutProduct::kTimeline) {
    return edit::DefaultTimelinePath(source_path, request.timeline_format);
  }
  return WithContainer(DefaultOutputPath(source_path), request.output.container);
}

bool WritesOutput(const CutRequest& request) { return request.product != CutProduct::kNothing; }

Result<void> CheckOutputPath(const std::string& path, bool overwrite,
                             std::span<const std::string> inputs) {
  if (path.empty() || path == "-") return {};
  for (const std::string& input : inputs) {
    if (!io::IsSameFile(input, path)) continue;
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: is the input, which is never touched; choose another name",
                            Printable(path)));
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return CheckFolder(path);
  if (S_ISDIR(status.st_mode)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: is a folder; name a file in it", Printable(path)));
  }
  if (!S_ISREG(status.st_mode)) return {};
  if (!overwrite) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: exists already; choose another name, or --overwrite replaces it",
                            Printable(path)));
  }
  return CheckFolder(path);
}

Result<void> CheckPaths(const CutRequest& request, const std::string& output_path,
                        std::span<const std::string> inputs) {
  const bool overwrite = request.output.overwrite;
  if (request.product == CutProduct::kSequence && output_path == "-") {
    return Fail(ErrorCode::kUsage,
                "--export clip-sequence writes many files; name the first with -o");
  }
  const bool has_output = WritesOutput(request) && request.product != CutProduct::kSequence;
  if (has_output) TM_TRY(CheckOutputPath(output_path, overwrite, inputs));
  if (request.report_path.empty()) return {};
  TM_TRY(CheckOutputPath(request.report_path, overwrite, inputs));
  if (!has_output) return {};
  const bool both_printed = IsStandardOutput(output_path) && IsStandardOutput(request.report_path);
  if (both_printed || io::IsSameName(output_path, request.report_path)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("--report {}: would replace what is written there; choose another name",
                            Printable(request.report_path)));
  }
  return {};
}

Result<void> CheckSequencePaths(const CutRequest& request, const std::string& output_path,
                                std::size_t n_clips, std::span<const std::string> inputs) {
  for (std::size_t i = 0; i < n_clips; ++i) {
    TM_TRY(CheckOutputPath(edit::ClipSequencePath(output_path, i, n_clips),
                           request.output.overwrite, inputs));
  }
  return {};
}

}  // namespace tidemark::engine
