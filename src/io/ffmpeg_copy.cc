#include "io/ffmpeg_copy.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "io/ffmpeg_loader.h"
#include "io/ffmpeg_module.h"
#include "io/media_file.h"
#include "io/same_file.h"

namespace tidemark::io {
namespace {

Result<void> Check(const CopySpec& spec) {
  if (spec.clips.empty()) return Fail(ErrorCode::kUsage, "there is no clip to copy");
  for (const Clip& clip : spec.clips) {
    if (clip.speed == 1) continue;
    return Fail(
        ErrorCode::kUsage,
        fmt::format("{}: --copy copies packets as they are, so no part of it can play at {} "
                    "times the speed; leave --copy away, or cut those parts",
                    Printable(spec.input_path), clip.speed));
  }
  if (IsSameFile(spec.input_path, spec.output_path)) {
    return Fail(ErrorCode::kUsage, fmt::format("{}: is the input; write to another file",
                                               Printable(spec.output_path)));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<CopyCut>> OpenCopyCut(const CopySpec& spec) {
  TM_TRY(Check(spec));
  const auto& module = LoadFfmpegModule();
  if (!module) {
    return Fail(module.error().code,
                fmt::format("{}: {}", Printable(spec.input_path), module.error().message));
  }
  std::unique_ptr<ByteSink> sink;
  TM_TRY_ASSIGN(sink, MediaFile::Create(spec.output_path, spec.overwrite, spec.cancellation));
  return (*module)->open_copy(spec, std::move(sink));
}

}  // namespace tidemark::io
