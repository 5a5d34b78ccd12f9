#include "io/ffmpeg_source.h"

#include <fmt/format.h>

#include <array>

#include "io/ffmpeg_loader.h"
#include "io/ffmpeg_module.h"
#include "io/mp4_box.h"
#include "io/mp4_pipe.h"
#include "io/mp4_reader.h"

namespace tidemark::io {

Result<std::unique_ptr<Source>> OpenFfmpeg(std::unique_ptr<ByteStream> bytes,
                                           const std::string& path, const OpenOptions& options) {
  if (!options.allow_ffmpeg) {
    return Fail(ErrorCode::kMemory,
                fmt::format("{}: needs FFmpeg to be read, which takes {} bytes of memory more",
                            path, kFfmpegAllowance.anonymous_bytes));
  }
  const auto& module = LoadFfmpegModule();
  if (!module) {
    return Fail(module.error().code, fmt::format("{}: {}", path, module.error().message));
  }
  FfmpegRequest request;
  request.path = path;
  request.stream = options.stream;
  if (options.container_timeline) {
    if (!bytes->seekable()) {
      return Fail(
          ErrorCode::kUnsupported,
          fmt::format("{}: video cannot be read from a pipe; save it to a file first", path));
    }
    request.container_timeline = true;
    request.cancellation = options.cancellation;
    return (*module)->open(request);
  }
  std::array<std::byte, 8> head{};
  TM_TRY(ReadAt(*bytes, 0, head));
  TM_TRY(bytes->Seek(0));
  if (LooksLikeMp4(head)) {
    auto prepared = PrepareMp4(std::move(bytes), options.tmpdir, options.spool_cap_bytes);
    if (!prepared) {
      return Fail(prepared.error().code, fmt::format("{}: {}", path, prepared.error().message));
    }
    bytes = std::move(*prepared);
    auto reader = OpenMp4(bytes, options.stream);
    if (reader) {
      request.packets = std::move(*reader);
      return (*module)->open(request);
    }
    if (reader.error().code == ErrorCode::kIo) {
      return Fail(ErrorCode::kIo, fmt::format("{}: {}", path, reader.error().message));
    }
    TM_TRY(bytes->Seek(0));
  }
  request.bytes = std::move(bytes);
  return (*module)->open(request);
}

std::vector<FormatRow> ListFfmpegFormats() {
  const auto& module = LoadFfmpegModule();
  return module ? (*module)->list_formats() : std::vector<FormatRow>{};
}

}  // namespace tidemark::io
