#include "io/ffmpeg_loader.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

// Where this code lies, if that is in a shared object that a package of another program holds.
std::string LibraryFolder() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&LoadFfmpegModule), &info) == 0) return {};
  // Of the program itself this is what it was called by.
  const std::string_view name = info.dli_fname;
  return name.starts_with('/') ? std::string(name.substr(0, name.rfind('/'))) : std::string();
}

std::vector<std::string> ModuleFolders() {
  std::vector<std::string> folders;
  if (const char* chosen = std::getenv("TIDEMARK_MODULE_DIR"); chosen != nullptr && *chosen != 0) {
    folders.emplace_back(chosen);
  }
  if (std::string here = LibraryFolder(); !here.empty()) folders.push_back(std::move(here));
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

}  // namespace

const Result<const FfmpegModule*>& LoadFfmpegModule() {
  static const Result<const FfmpegModule*> module = Load();
  return module;
}

}  // namespace tidemark::io
