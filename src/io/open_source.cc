#include "io/open_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "io/byte_stream.h"
#include "io/container_guess.h"
#include "io/ffmpeg_source.h"
#include "io/pcm_source.h"
#include "io/sndfile_source.h"

namespace tidemark::io {
namespace {

constexpr std::size_t kHeadBytes = 4096;

Result<std::unique_ptr<Source>> CheckFormat(std::unique_ptr<Source> source) {
  const SourceInfo& info = source->info();
  if (info.stream.channels < 1 || info.stream.channels > kMaxChannels) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: has {} channels; 1 to {} can be read", info.path,
                            info.stream.channels, kMaxChannels));
  }
  if (info.stream.sample_rate_hz < kMinSampleRateHz ||
      info.stream.sample_rate_hz > kMaxSampleRateHz) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: has a sample rate of {} Hz; {} to {} Hz can be read", info.path,
                            info.stream.sample_rate_hz, kMinSampleRateHz, kMaxSampleRateHz));
  }
  return source;
}

// Reads the first bytes and goes back to the start.
Result<std::size_t> ReadHead(ByteStream& bytes, std::span<std::byte> head) {
  std::size_t done = 0;
  while (done < head.size()) {
    std::size_t n = 0;
    TM_TRY_ASSIGN(n, bytes.Read(head.subspan(done)));
    if (n == 0) break;
    done += n;
  }
  TM_TRY(bytes.Seek(0));
  return done;
}

// Whether a decoder's refusal leaves the file to the next decoder.
bool LeavesItToOthers(const Error& error) {
  return error.code == ErrorCode::kUnsupported || error.code == ErrorCode::kBadData;
}

// What our own reader or libsndfile make of the bytes.
Result<std::unique_ptr<Source>> OpenLight(std::unique_ptr<ByteStream>& bytes,
                                          const std::string& path,
                                          std::span<const std::byte> head) {
  if (LooksLikePcm(head)) return OpenPcm(bytes, path, std::nullopt);
  auto source = OpenSndfile(bytes, path, SndfileSearch::kAtStart);
  if (source || !LeavesItToOthers(source.error()) || LooksLikeContainer(head)) return source;
  return OpenSndfile(bytes, path, SndfileSearch::kBehindJunk);
}

}  // namespace

Result<std::unique_ptr<Source>> OpenSource(const std::string& path, const OpenOptions& options) {
  std::unique_ptr<ByteStream> bytes;
  TM_TRY_ASSIGN(bytes, options.fd >= 0 ? OpenDescriptor(options.fd, path, options.cancellation)
                                       : OpenByteStream(path, options.cancellation));
  if (options.raw) {
    std::unique_ptr<Source> source;
    TM_TRY_ASSIGN(source, OpenPcm(bytes, path, options.raw));
    return CheckFormat(std::move(source));
  }
  std::array<std::byte, kHeadBytes> buffer{};
  std::size_t n_head = 0;
  TM_TRY_ASSIGN(n_head, ReadHead(*bytes, buffer));
  const auto head = std::span<const std::byte>(buffer).first(n_head);
  if (head.empty()) return Fail(ErrorCode::kBadData, fmt::format("{}: is empty", path));
  if (LooksLikeText(head)) {
    return Fail(ErrorCode::kBadData, fmt::format("{}: is text, not audio", path));
  }

  if (options.container_timeline) {
    std::unique_ptr<Source> timed;
    TM_TRY_ASSIGN(timed, OpenFfmpeg(std::move(bytes), path, options));
    return CheckFormat(std::move(timed));
  }
  auto light = OpenLight(bytes, path, head);
  if (light) return CheckFormat(std::move(*light));
  if (!LeavesItToOthers(light.error())) return light;
  auto source = OpenFfmpeg(std::move(bytes), path, options);
  if (source) return CheckFormat(std::move(*source));
  // Where FFmpeg finds nothing either, the reader that knew the container says it better.
  const bool pcm_knows = LooksLikePcm(head) && LeavesItToOthers(source.error());
  return pcm_knows ? std::move(light) : std::move(source);
}

}  // namespace tidemark::io
