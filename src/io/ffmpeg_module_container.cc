// The feed that lets libavformat take a ByteStream apart. It may open nothing else: no protocol,
// no second file, and only containers and codecs on the lists below.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "io/ffmpeg_module_feed.h"
#include "io/ffmpeg_module_lists.h"

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

struct CloseFormat {
  void operator()(AVFormatContext* format) const { avformat_close_input(&format); }
};
struct FreeIo {
  void operator()(AVIOContext* io) const {
    av_freep(static_cast<void*>(&io->buffer));
    avio_context_free(&io);
  }
};

class ContainerFeed final : public PacketFeed {
 public:
  static Result<std::unique_ptr<PacketFeed>> Create(FfmpegRequest& request);

  [[nodiscard]] const FeedInfo& info() const override { return info_; }
  [[nodiscard]] const AVCodecParameters& parameters() const override { return *stream_->codecpar; }
  int Next(AVPacket& packet) override;
  Result<std::int64_t> SeekTo(std::int64_t frame) override;
  [[nodiscard]] bool truncated() const override { return truncated_; }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }

 private:
  ContainerFeed(ByteStream& bytes, std::string path) : bytes_(bytes), path_(std::move(path)) {}
  static int ReadBytes(void* user, std::uint8_t* out, int n);
  static std::int64_t SeekBytes(void* user, std::int64_t offset, int whence);
  Result<void> Open(int stream);
  Result<void> OpenFormat();
  Result<void> ChooseStream(int stream);
  void Describe();

  ByteStream& bytes_;
  std::string path_;
  std::unique_ptr<ByteStream> owned_bytes_;
  std::unique_ptr<AVIOContext, FreeIo> io_;
  std::unique_ptr<AVFormatContext, CloseFormat> format_;
  AVStream* stream_ = nullptr;
  FeedInfo info_;
  int chosen_ = 0;
  bool truncated_ = false;
  std::optional<Error> error_;
};

int ContainerFeed::ReadBytes(void* user, std::uint8_t* out, int n) {
  auto& feed = *static_cast<ContainerFeed*>(user);
  if (n <= 0) return 0;
  auto got = feed.bytes_.Read({reinterpret_cast<std::byte*>(out), static_cast<std::size_t>(n)});
  if (!got) {
    feed.error_ = std::move(got).error();
    return AVERROR(EIO);
  }
  return *got == 0 ? AVERROR_EOF : static_cast<int>(*got);
}

std::int64_t ContainerFeed::SeekBytes(void* user, std::int64_t offset, int whence) {
  auto& feed = *static_cast<ContainerFeed*>(user);
  if (whence == AVSEEK_SIZE) return feed.bytes_.size().value_or(AVERROR(ENOSYS));
  if (whence == SEEK_CUR) offset += feed.bytes_.position();
  if (whence == SEEK_END) {
    if (!feed.bytes_.size()) return AVERROR(ENOSYS);
    offset += *feed.bytes_.size();
  }
  if (offset < 0 || !feed.bytes_.Seek(offset)) return AVERROR(EINVAL);
  return offset;
}

Result<std::unique_ptr<PacketFeed>> ContainerFeed::Create(FfmpegRequest& request) {
  std::unique_ptr<ContainerFeed> feed(new ContainerFeed(*request.bytes, request.path));
  auto opened = feed->Open(request.stream);
  if (feed->error_) return tl::unexpected(*feed->error_);
  if (!opened) return tl::unexpected(std::move(opened).error());
  feed->owned_bytes_ = std::move(request.bytes);
  return feed;
}

Result<void> ContainerFeed::Open(int stream) {
  chosen_ = stream;
  TM_TRY(OpenFormat());
  TM_TRY(ChooseStream(stream));
  Describe();
  return {};
}

Result<void> ContainerFeed::OpenFormat() {
  auto* const buffer = static_cast<unsigned char*>(av_malloc(kIoBufferBytes));
  if (buffer == nullptr) return Fail(ErrorCode::kMemory, path_ + ": no memory for FFmpeg");
  io_.reset(avio_alloc_context(buffer, kIoBufferBytes, 0, this, ReadBytes, nullptr, SeekBytes));
  if (io_ == nullptr) return Fail(ErrorCode::kMemory, path_ + ": no memory for FFmpeg");
  io_->seekable = bytes_.seekable() ? AVIO_SEEKABLE_NORMAL : 0;
  AVFormatContext* format = avformat_alloc_context();
  if (format == nullptr) return Fail(ErrorCode::kMemory, path_ + ": no memory for FFmpeg");
  format->pb = io_.get();
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
  av_dict_set(&options, "codec_whitelist", kDecoderList, 0);
  av_dict_set(&options, "protocol_whitelist", "", 0);
  // On failure avformat_open_input() frees the context itself.
  const int code = avformat_open_input(&format, nullptr, nullptr, &options);
  av_dict_free(&options);
  if (code < 0) {
    return Fail(
        code == AVERROR_INVALIDDATA ? ErrorCode::kBadData : ErrorCode::kUnsupported,
        fmt::format("{}: is no audio file that can be read ({})", path_, DescribeAvError(code)));
  }
  format_.reset(format);
  return {};
}

Result<void> ContainerFeed::ChooseStream(int stream) {
  const auto count_audio = [this] {
    int n = 0;
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
      n += format_->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO ? 1 : 0;
    }
    return n;
  };
  const auto complete = [this] {
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
      const AVCodecParameters& p = *format_->streams[i]->codecpar;
      if (p.codec_type == AVMEDIA_TYPE_AUDIO &&
          (p.codec_id == AV_CODEC_ID_NONE || p.sample_rate == 0 || p.ch_layout.nb_channels == 0)) {
        return false;
      }
    }
    return true;
  };
  if (count_audio() <= stream || !complete()) avformat_find_stream_info(format_.get(), nullptr);
  const int n_audio = count_audio();
  if (n_audio == 0) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: holds no audio ({})", path_, format_->iformat->name));
  }
  if (stream < 0 || stream >= n_audio) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: has no audio stream {}; it has {}, from 0 to {}", path_, stream,
                            n_audio, n_audio - 1));
  }
  int at = 0;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    AVStream* const candidate = format_->streams[i];
    const bool is_audio = candidate->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    if (is_audio && at++ == stream) {
      stream_ = candidate;
    } else {
      candidate->discard = AVDISCARD_ALL;
    }
  }
  return {};
}

void ContainerFeed::Describe() {
  info_.format = ContainerName(format_->iformat->name);
  info_.time_base = stream_->time_base;
  info_.seekable = bytes_.seekable();
  const AVRational per_frame{1, std::max(stream_->codecpar->sample_rate, 1)};
  // What a bit rate makes of the file's size is no declaration.
  if (format_->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE) return;
  if (stream_->duration > 0) {
    info_.declared_frames = av_rescale_q(stream_->duration, stream_->time_base, per_frame);
  } else if (format_->duration > 0) {
    info_.declared_frames = av_rescale_q(format_->duration, AVRational{1, AV_TIME_BASE}, per_frame);
  }
}

int ContainerFeed::Next(AVPacket& packet) {
  for (;;) {
    const int code = av_read_frame(format_.get(), &packet);
    if (error_) return AVERROR(EIO);
    if (code < 0) {
      if (code != AVERROR_EOF) truncated_ = true;
      return code;
    }
    if (packet.stream_index == stream_->index) return 0;
    av_packet_unref(&packet);
  }
}

// libavformat's seeking lands where its timestamps round to; starting over is exact.
Result<std::int64_t> ContainerFeed::SeekTo(std::int64_t) {
  TM_TRY(bytes_.Seek(0));
  format_.reset();
  io_.reset();
  truncated_ = false;
  TM_TRY(Open(chosen_));
  return 0;
}

}  // namespace

std::string DescribeAvError(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

Result<std::unique_ptr<PacketFeed>> OpenContainerFeed(FfmpegRequest& request) {
  return ContainerFeed::Create(request);
}

}  // namespace tidemark::io
