#include "io/ffmpeg_source.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string_view>

#include "io/ffmpeg_module.h"
#include "io/mp4_box.h"
#include "io/mp4_pipe.h"
#include "io/mp4_reader.h"

namespace tidemark::io {
namespace {

constexpr const char* kModuleName = "tidemark_ffmpeg.so";

std::string ExecutableFolder() {
  std::array<char, PATH_MAX> path{};
  const ssize_t n = ::readlink("/proc/self/exe", path.data(), path.size());
  if (n <= 0) return {};
  const std::string_view name(path.data(), static_cast<std::size_t>(n));
  return std::string(name.substr(0, name.rfind('/')));
}

std::vector<std::string> ModuleFolders() {
  std::vector<std::string> folders;
  if (const char* chosen = std::getenv("TIDEMARK_MODULE_DIR"); chosen != nullptr && *chosen != 0) {
    folders.emplace_back(chosen);
  }
  if (const std::string here = ExecutableFolder(); !here.empty()) {
    folders.push_back(here);
    folders.push_back(here + "/../lib/tidemark");
#ifdef TIDEMARK_MULTIARCH
    folders.push_back(here + "/../lib/" TIDEMARK_MULTIARCH "/tidemark");
#endif
  }
  return folders;
}

Result<const FfmpegModule*> Load() {
  for (const std::string& folder : ModuleFolders()) {
    const std::string path = folder + "/" + kModuleName;
    if (::access(path.c_str(), F_OK) != 0) continue;
    // Lazy binding: most of what the libraries could call is never called.
    void* const library = ::dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr) {
      return Fail(ErrorCode::kUnsupported, fmt::format("the FFmpeg module: {}", ::dlerror()));
    }
    const auto entry = reinterpret_cast<FfmpegEntryPoint>(::dlsym(library, kFfmpegEntryPoint));
    const FfmpegModule* const module = entry != nullptr ? entry() : nullptr;
    if (module == nullptr || module->interface_number != kFfmpegInterface ||
        std::strcmp(module->build, TIDEMARK_VERSION) != 0) {
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("the FFmpeg module {} belongs to another version of tidemark", path));
    }
    return module;
  }
  return Fail(ErrorCode::kUnsupported,
              fmt::format("the FFmpeg module ({}) is not installed", kModuleName));
}

// Loaded once per process; also what failed then stays so.
const Result<const FfmpegModule*>& Module() {
  static const Result<const FfmpegModule*> module = Load();
  return module;
}

}  // namespace

Result<std::unique_ptr<Source>> OpenFfmpeg(std::unique_ptr<ByteStream> bytes,
                                           const std::string& path, const OpenOptions& options) {
  if (!options.allow_ffmpeg) {
    return Fail(ErrorCode::kMemory,
                fmt::format("{}: needs FFmpeg to be read, which takes {} bytes of memory more",
                            path, kFfmpegAllowance.anonymous_bytes));
  }
  const auto& module = Module();
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
  const auto& module = Module();
  return module ? (*module)->list_formats() : std::vector<FormatRow>{};
}

}  // namespace tidemark::io
