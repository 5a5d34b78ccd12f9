#include "io/ffmpeg_module_errors.h"

#include <fmt/format.h>

#include <array>

namespace tidemark::io {

std::string DescribeAvError(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

tl::unexpected<Error> NoMemoryFor(const std::string& path) {
  return Fail(ErrorCode::kMemory,
              fmt::format("{}: FFmpeg ran out of memory; give more with --memory", path));
}

tl::unexpected<Error> InputFailure(const std::string& path, std::string_view what, int code) {
  if (code == AVERROR(ENOMEM)) return NoMemoryFor(path);
  return Fail(code == AVERROR_INVALIDDATA ? ErrorCode::kBadData : ErrorCode::kUnsupported,
              fmt::format("{}: {} ({})", path, what, DescribeAvError(code)));
}

}  // namespace tidemark::io
