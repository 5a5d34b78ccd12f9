#include "io/ffmpeg_encoder.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

#include "base/text.h"
#include "io/byte_stream.h"
#include "io/ffmpeg_loader.h"
#include "io/ffmpeg_module.h"
#include "io/media_file.h"
#include "io/mp4_hidden_tables.h"
#include "io/null_sink.h"

namespace tidemark::io {
namespace {

Result<const FfmpegModule*> ModuleFor(const std::string& path) {
  const auto& module = LoadFfmpegModule();
  if (module) return *module;
  return Fail(module.error().code, fmt::format("{}: {}", Printable(path), module.error().message));
}

// Standard output, or something there that is no file.
bool IsPipe(const std::string& path) {
  struct stat status{};
  return path == "-" || (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode));
}

Result<FfmpegRequest> OpenRequest(const std::string& path, const Cancellation* cancellation) {
  FfmpegRequest request;
  request.path = path;
  std::unique_ptr<ByteStream> bytes;
  TM_TRY_ASSIGN(bytes, OpenByteStream(path, cancellation));
  TM_TRY_ASSIGN(request.bytes, HideMp4Tables(std::move(bytes)));
  return request;
}

}  // namespace

Result<std::unique_ptr<Encoder>> OpenFfmpegEncoder(const EncodeSpec& spec) {
  const FfmpegModule* module = nullptr;
  TM_TRY_ASSIGN(module, ModuleFor(spec.path));
  std::unique_ptr<ByteSink> sink;
  if (spec.is_rehearsal) {
    sink = std::make_unique<NullSink>(Printable(spec.path), !IsPipe(spec.path));
  } else {
    TM_TRY_ASSIGN(sink, MediaFile::Create(spec.path, spec.overwrite, spec.cancellation));
  }
  return module->open_encoder(spec, std::move(sink));
}

Result<MediaTags> ReadMediaTags(const std::string& path, const Cancellation* cancellation) {
  const FfmpegModule* module = nullptr;
  TM_TRY_ASSIGN(module, ModuleFor(path));
  FfmpegRequest request;
  TM_TRY_ASSIGN(request, OpenRequest(path, cancellation));
  return module->read_tags(request);
}

Result<MediaLayout> ProbeMedia(const std::string& path, const Cancellation* cancellation) {
  const FfmpegModule* module = nullptr;
  TM_TRY_ASSIGN(module, ModuleFor(path));
  FfmpegRequest request;
  TM_TRY_ASSIGN(request, OpenRequest(path, cancellation));
  return module->probe(request);
}

}  // namespace tidemark::io
