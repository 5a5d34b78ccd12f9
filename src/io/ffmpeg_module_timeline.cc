#include "io/ffmpeg_module_timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "io/ffmpeg_module_demuxer.h"
#include "io/ffmpeg_module_lists.h"
#include "io/ffmpeg_module_pointers.h"

namespace tidemark::io {
namespace {

class TimelineFeed final : public PacketFeed {
 public:
  static Result<std::unique_ptr<PacketFeed>> Create(const FfmpegRequest& request);

  [[nodiscard]] const FeedInfo& info() const override { return info_; }
  [[nodiscard]] const AVCodecParameters& parameters() const override { return *stream().codecpar; }
  int Next(AVPacket& packet) override;
  Result<std::int64_t> SeekTo(std::int64_t) override;
  Result<bool> EndsBefore(double time_s) override;
  [[nodiscard]] bool truncated() const override { return demuxer_->truncated(); }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }

 private:
  [[nodiscard]] const AVStream& stream() const { return *demuxer_->format().streams[stream_]; }
  Result<void> ChooseStream(const FfmpegRequest& request);
  void Describe();

  std::unique_ptr<Demuxer> demuxer_;
  const Cancellation* cancellation_ = nullptr;
  int stream_ = 0;
  FeedInfo info_;
  std::optional<Error> error_;
};

Result<std::unique_ptr<PacketFeed>> TimelineFeed::Create(const FfmpegRequest& request) {
  auto feed = std::make_unique<TimelineFeed>();
  TM_TRY_ASSIGN(feed->demuxer_,
                Demuxer::Open(request.path, request.cancellation, Demuxer::Use::kAudio));
  feed->cancellation_ = request.cancellation;
  TM_TRY(feed->ChooseStream(request));
  feed->demuxer_->Want(feed->stream_);
  feed->Describe();
  return feed;
}

Result<void> TimelineFeed::ChooseStream(const FfmpegRequest& request) {
  const AVFormatContext& format = demuxer_->format();
  std::vector<int> audio;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    if (format.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
      audio.push_back(static_cast<int>(i));
    }
  }
  if (audio.empty()) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: holds no audio ({})", request.path, format.iformat->name));
  }
  if (request.stream < 0 || static_cast<std::size_t>(request.stream) >= audio.size()) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: has no audio stream {}; it has {}, from 0 to {}", request.path,
                            request.stream, audio.size(), audio.size() - 1));
  }
  stream_ = audio[static_cast<std::size_t>(request.stream)];
  return {};
}

void TimelineFeed::Describe() {
  const AVFormatContext& format = demuxer_->format();
  info_.format = ContainerName(format.iformat->name);
  info_.time_base = stream().time_base;
  info_.seekable = true;
  info_.seeks_by_rewinding = true;
  info_.origin_s = demuxer_->origin_s();
  info_.index_bytes = demuxer_->index_bytes();
  if (format.duration_estimation_method == AVFMT_DURATION_FROM_BITRATE) return;
  double end_s = static_cast<double>(format.duration) / AV_TIME_BASE;
  if (stream().duration <= 0 || stream().start_time == AV_NOPTS_VALUE) {
    if (format.duration <= 0) return;
    if (HasSeveralStreams(format)) {
      info_.file_end_s = end_s;
      return;
    }
  } else {
    const std::int64_t end = std::max<std::int64_t>(stream().start_time, 0) + stream().duration;
    end_s = static_cast<double>(end) * av_q2d(stream().time_base);
  }
  info_.declared_frames = std::llround((end_s - info_.origin_s->Seconds({1, 1})) *
                                       std::max(stream().codecpar->sample_rate, 1));
}

int TimelineFeed::Next(AVPacket& packet) {
  auto more = demuxer_->Next(packet);
  if (!more) {
    error_ = std::move(more).error();
    return AVERROR(EIO);
  }
  return *more ? 0 : AVERROR_EOF;
}

// Stamps may be rounded; only from the start do they lead to the same samples.
Result<std::int64_t> TimelineFeed::SeekTo(std::int64_t) {
  TM_TRY(demuxer_->Rewind());
  error_.reset();
  return 0;
}

Result<bool> TimelineFeed::EndsBefore(double time_s) {
  std::unique_ptr<Demuxer> tail;
  TM_TRY_ASSIGN(tail, Demuxer::Open(demuxer_->path(), cancellation_, Demuxer::Use::kAudio));
  for (unsigned i = 0; i < tail->format().nb_streams; ++i) tail->Want(static_cast<int>(i));
  const auto near = static_cast<std::int64_t>((time_s - kTailSeconds) / av_q2d(stream().time_base));
  // Where the file cannot be seeked there, it is read from its start.
  if (!tail->SeekTo(stream_, std::max<std::int64_t>(near, 0))) TM_TRY(tail->Rewind());
  const PacketPointer packet(av_packet_alloc());
  if (packet == nullptr) return Fail(ErrorCode::kMemory, "no memory for a packet");
  for (;;) {
    bool more = false;
    TM_TRY_ASSIGN(more, tail->Next(*packet));
    if (!more) return true;
    const double end_s = EndSeconds(*packet, tail->format());
    av_packet_unref(packet.get());
    if (end_s >= time_s) return false;
  }
}

}  // namespace

bool HasSeveralStreams(const AVFormatContext& format) {
  int n = 0;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const AVMediaType type = format.streams[i]->codecpar->codec_type;
    n += type == AVMEDIA_TYPE_AUDIO || IsVideo(*format.streams[i]) || type == AVMEDIA_TYPE_SUBTITLE;
  }
  return n > 1;
}

double EndSeconds(const AVPacket& packet, const AVFormatContext& format) {
  const std::int64_t time = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
  if (time == AV_NOPTS_VALUE) return 0;
  return static_cast<double>(time + std::max<std::int64_t>(packet.duration, 0)) *
         av_q2d(format.streams[packet.stream_index]->time_base);
}

AudioTimeline::Place AudioTimeline::Put(std::int64_t time, AVRational time_base, int sample_rate_hz,
                                        int n_samples) {
  std::int64_t off = 0;
  if (time != AV_NOPTS_VALUE) {
    // A tick is a sample here.
    const TickTime at =
        ToTickTime(time, {time_base.den, time_base.num}, {sample_rate_hz, 1}, origin_s_);
    const double samples = static_cast<double>(at.num) / static_cast<double>(at.den);
    const double apart = samples - static_cast<double>(position_);
    if (std::abs(apart) > kMaxGap_s * sample_rate_hz) {
      ++n_broken_;
    } else if (!started_ || std::abs(apart) > kTolerance_s * sample_rate_hz) {
      off = std::llround(samples) - position_;
    }
  }
  const Place place{std::max<std::int64_t>(off, 0), std::clamp<std::int64_t>(-off, 0, n_samples)};
  position_ += place.silence + n_samples - place.skip;
  // What begins before the origin is cut there; the rest of it may come in later packets.
  started_ = started_ || place.skip < n_samples;
  return place;
}

void AudioTimeline::Restart() {
  position_ = 0;
  started_ = false;
}

Result<std::unique_ptr<PacketFeed>> OpenTimelineFeed(const FfmpegRequest& request) {
  return TimelineFeed::Create(request);
}

}  // namespace tidemark::io
