// The feed that lets libavformat take a ByteStream apart.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "io/ffmpeg_module_feed.h"
#include "io/ffmpeg_module_input.h"
#include "io/ffmpeg_module_lists.h"
#include "io/ffmpeg_module_pointers.h"

namespace tidemark::io {
namespace {

class ContainerFeed final : public PacketFeed {
 public:
  static Result<std::unique_ptr<PacketFeed>> Create(FfmpegRequest& request);

  [[nodiscard]] const FeedInfo& info() const override { return info_; }
  [[nodiscard]] const AVCodecParameters& parameters() const override { return *stream_->codecpar; }
  int Next(AVPacket& packet) override;
  Result<std::int64_t> SeekTo(std::int64_t frame) override;
  Result<bool> EndsBefore(double time_s) override;
  [[nodiscard]] bool truncated() const override { return truncated_; }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }

 private:
  ContainerFeed(ByteStream& bytes, std::string path) : bytes_(bytes), path_(std::move(path)) {}
  Result<void> Open(int stream);
  Result<void> ChooseStream(int stream);
  void Describe();

  ByteStream& bytes_;
  std::string path_;
  std::unique_ptr<ByteStream> owned_bytes_;
  std::unique_ptr<FormatInput> input_;
  AVFormatContext* format_ = nullptr;  // of input_
  AVStream* stream_ = nullptr;
  FeedInfo info_;
  int chosen_ = 0;
  bool truncated_ = false;
  std::optional<Error> error_;
};

Result<std::unique_ptr<PacketFeed>> ContainerFeed::Create(FfmpegRequest& request) {
  std::unique_ptr<ContainerFeed> feed(new ContainerFeed(*request.bytes, request.path));
  TM_TRY(feed->Open(request.stream));
  feed->owned_bytes_ = std::move(request.bytes);
  return feed;
}

Result<void> ContainerFeed::Open(int stream) {
  chosen_ = stream;
  std::unique_ptr<FormatInput> input;
  TM_TRY_ASSIGN(input, FormatInput::Create(bytes_, path_));
  input_ = std::move(input);
  format_ = &input_->format();
  const auto chosen = ChooseStream(stream);
  if (input_->error()) return tl::unexpected(*input_->error());
  TM_TRY(chosen);
  Describe();
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
  if (count_audio() <= stream || !complete()) avformat_find_stream_info(format_, nullptr);
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
  info_.seeks_by_rewinding = true;
  const AVRational per_frame{1, std::max(stream_->codecpar->sample_rate, 1)};
  // What a bit rate makes of the file's size is no declaration.
  if (format_->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE) return;
  if (stream_->duration > 0) {
    info_.declared_frames = av_rescale_q(stream_->duration, stream_->time_base, per_frame);
  } else if (format_->duration > 0) {
    info_.declared_frames = av_rescale_q(format_->duration, AVRational{1, AV_TIME_BASE}, per_frame);
    info_.declares_end = true;
    if (HasSeveralStreams(*format_))
      info_.file_end_s = static_cast<double>(format_->duration) / AV_TIME_BASE;
  }
}

int ContainerFeed::Next(AVPacket& packet) {
  for (;;) {
    const int code = av_read_frame(format_, &packet);
    error_ = input_->error();
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
  truncated_ = false;
  error_.reset();
  TM_TRY(Open(chosen_));
  return 0;
}

// Of a pipe nothing can be read again.
Result<bool> ContainerFeed::EndsBefore(double time_s) {
  if (!bytes_.seekable()) return false;
  TM_TRY(bytes_.Seek(0));
  std::unique_ptr<FormatInput> tail;
  TM_TRY_ASSIGN(tail, FormatInput::Create(bytes_, path_));
  AVFormatContext& format = tail->format();
  const auto near = static_cast<std::int64_t>((time_s - kTailSeconds) * AV_TIME_BASE);
  // Where the file cannot be seeked there, it is read from its start.
  av_seek_frame(&format, -1, std::max<std::int64_t>(near, 0), AVSEEK_FLAG_BACKWARD);
  const PacketPointer packet(av_packet_alloc());
  if (packet == nullptr) return Fail(ErrorCode::kMemory, "no memory for a packet");
  while (av_read_frame(&format, packet.get()) >= 0) {
    const double end_s = EndSeconds(*packet, format);
    av_packet_unref(packet.get());
    if (end_s >= time_s) return false;
  }
  if (tail->error()) return tl::unexpected(*tail->error());
  return true;
}

}  // namespace

Result<std::unique_ptr<PacketFeed>> OpenContainerFeed(FfmpegRequest& request) {
  return ContainerFeed::Create(request);
}

}  // namespace tidemark::io
