
#include "io/ffmpeg_module_input.h"

#include <utility>

#include "io/ffmpeg_module_closed.h"
#include "io/ffmpeg_module_errors.h"

namespace tidemark::io {
namespace {

// How much libavformat may read to find out what an input is and what it holds.
constexpr std::int64_t kProbeBytes = 1024 * 1024;
constexpr std::int64_t kAnalyze_us = 5'000'000;
constexpr int kMaxStreams = 64;
// The index that some containers build while they are read.
constexpr unsigned kMaxIndexBytes = 256 * 1024;

}  // namespace

FormatInput::~FormatInput() { avformat_close_input(&format_); }

Result<std::unique_ptr<FormatInput>> FormatInput::Create(ByteStream& bytes, const std::string& path,
                                                         const char* codecs) {
  std::unique_ptr<FormatInput> input(new FormatInput(bytes));
  TM_TRY(input->Open(path, codecs));
  return input;
}

Result<void> FormatInput::Open(const std::string& path, const char* codecs) {
  stream_ = StreamIo::Create(bytes_);
  if (stream_ == nullptr) return NoMemoryFor(path);
  AVFormatContext* format = avformat_alloc_context();
  if (format == nullptr) return NoMemoryFor(path);
  format->pb = stream_->io();
  format->flags |= AVFMT_FLAG_CUSTOM_IO;
  format->io_open = RefuseToOpen;
  format->probesize = kProbeBytes;
  format->max_analyze_duration = kAnalyze_us;
  format->max_streams = kMaxStreams;
  format->max_index_size = kMaxIndexBytes;
  format->max_ts_probe = 8;
  format->format_probesize = kProbeBytes;
  format->skip_estimate_duration_from_pts = 1;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "format_whitelist", kContainerList, 0);
  av_dict_set(&options, "codec_whitelist", codecs, 0);
  av_dict_set(&options, "protocol_whitelist", "", 0);
  // On failure avformat_open_input() frees the context itself.
  const int code = avformat_open_input(&format, nullptr, nullptr, &options);
  av_dict_free(&options);
  if (error()) {
    if (code >= 0) format_ = format;
    return tl::unexpected(*error());
  }
  if (code < 0) return InputFailure(path, "is no audio file that can be read", code);
  format_ = format;
  return {};
}

}  // namespace tidemark::io
