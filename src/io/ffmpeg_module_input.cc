#include "io/ffmpeg_module_input.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "io/ffmpeg_module_feed.h"

namespace tidemark::io {
namespace {

constexpr int kIoBufferBytes = 32 * 1024;
// How much libavformat may read to find out what an input is and what it holds.
constexpr std::int64_t kProbeBytes = 1024 * 1024;
constexpr std::int64_t kAnalyze_us = 5'000'000;
constexpr int kMaxStreams = 64;
// The index that some containers build while they are read.
constexpr unsigned kMaxIndexBytes = 256 * 1024;

int RefuseToOpen(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EACCES);
}

}  // namespace

FormatInput::~FormatInput() {
  avformat_close_input(&format_);
  if (io_ != nullptr) av_freep(static_cast<void*>(&io_->buffer));
  avio_context_free(&io_);
}

Result<std::unique_ptr<FormatInput>> FormatInput::Create(ByteStream& bytes, const std::string& path,
                                                         const char* codecs) {
  std::unique_ptr<FormatInput> input(new FormatInput(bytes));
  TM_TRY(input->Open(path, codecs));
  return input;
}

int FormatInput::ReadBytes(void* user, std::uint8_t* out, int n) {
  auto& input = *static_cast<FormatInput*>(user);
  if (n <= 0) return 0;
  auto got = input.bytes_.Read({reinterpret_cast<std::byte*>(out), static_cast<std::size_t>(n)});
  if (!got) {
    input.error_ = std::move(got).error();
    return AVERROR(EIO);
  }
  return *got == 0 ? AVERROR_EOF : static_cast<int>(*got);
}

std::int64_t FormatInput::SeekBytes(void* user, std::int64_t offset, int whence) {
  auto& input = *static_cast<FormatInput*>(user);
  if (whence == AVSEEK_SIZE) return input.bytes_.size().value_or(AVERROR(ENOSYS));
  if (whence == SEEK_CUR) offset += input.bytes_.position();
  if (whence == SEEK_END) {
    if (!input.bytes_.size()) return AVERROR(ENOSYS);
    offset += *input.bytes_.size();
  }
  if (offset < 0 || !input.bytes_.Seek(offset)) return AVERROR(EINVAL);
  return offset;
}

Result<void> FormatInput::Open(const std::string& path, const char* codecs) {
  auto* const buffer = static_cast<unsigned char*>(av_malloc(kIoBufferBytes));
  if (buffer == nullptr) return Fail(ErrorCode::kMemory, path + ": no memory for FFmpeg");
  io_ = avio_alloc_context(buffer, kIoBufferBytes, 0, this, ReadBytes, nullptr, SeekBytes);
  if (io_ == nullptr) {
    av_free(buffer);
    return Fail(ErrorCode::kMemory, path + ": no memory for FFmpeg");
  }
  io_->seekable = bytes_.seekable() ? AVIO_SEEKABLE_NORMAL : 0;
  AVFormatContext* format = avformat_alloc_context();
  if (format == nullptr) return Fail(ErrorCode::kMemory, path + ": no memory for FFmpeg");
  format->pb = io_;
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
  if (error_) {
    if (code >= 0) format_ = format;
    return tl::unexpected(*error_);
  }
  if (code < 0) {
    return Fail(
        code == AVERROR_INVALIDDATA ? ErrorCode::kBadData : ErrorCode::kUnsupported,
        fmt::format("{}: is no audio file that can be read ({})", path, DescribeAvError(code)));
  }
  format_ = format;
  return {};
}

}  // namespace tidemark::io
