// The feed that passes on the packets of our own container readers.
#include <algorithm>
#include <cstring>

#include "io/ffmpeg_module_feed.h"

namespace tidemark::io {
namespace {

struct FreeParameters {
  void operator()(AVCodecParameters* parameters) const { avcodec_parameters_free(&parameters); }
};

class TrackFeed final : public PacketFeed {
 public:
  static Result<std::unique_ptr<PacketFeed>> Create(FfmpegRequest& request);

  [[nodiscard]] const FeedInfo& info() const override { return info_; }
  [[nodiscard]] const AVCodecParameters& parameters() const override { return *parameters_; }
  int Next(AVPacket& packet) override;
  Result<std::int64_t> SeekTo(std::int64_t time) override { return packets_->SeekTo(time); }
  [[nodiscard]] bool truncated() const override { return packets_->truncated(); }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }

 private:
  bool SetParameters(const PacketTrack& track, AVCodecID codec);

  std::unique_ptr<PacketReader> packets_;
  std::unique_ptr<AVCodecParameters, FreeParameters> parameters_;
  FeedInfo info_;
  std::optional<Error> error_;
};

// How much audio a decoder must have decoded before its output no longer depends on where it
// began, in frames at the coded rate: overlap, bit reservoir, convergence (80 ms in RFC
// 7845, 4.6, but the last bits take longer).
std::int64_t WarmUpFrames(AVCodecID codec) {
  switch (codec) {
    case AV_CODEC_ID_AAC:
    case AV_CODEC_ID_AC3:
    case AV_CODEC_ID_EAC3:
      return 4 * 1024;
    case AV_CODEC_ID_MP3:
      return 12 * 1152;
    case AV_CODEC_ID_OPUS:
      return 48'000;
    default:
      return 0;
  }
}

bool TrackFeed::SetParameters(const PacketTrack& track, AVCodecID codec) {
  parameters_.reset(avcodec_parameters_alloc());
  if (parameters_ == nullptr) return false;
  parameters_->codec_type = AVMEDIA_TYPE_AUDIO;
  parameters_->codec_id = codec;
  parameters_->sample_rate = track.sample_rate_hz;
  parameters_->bits_per_coded_sample = track.bits_per_sample;
  av_channel_layout_default(&parameters_->ch_layout, std::clamp(track.channels, 1, 64));
  if (track.setup.empty()) return true;
  parameters_->extradata =
      static_cast<std::uint8_t*>(av_mallocz(track.setup.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (parameters_->extradata == nullptr) return false;
  std::memcpy(parameters_->extradata, track.setup.data(), track.setup.size());
  parameters_->extradata_size = static_cast<int>(track.setup.size());
  // FFmpeg's decoder would drop the pre-skip (RFC 7845, 5.1) whenever it opens, also after a jump;
  // skip_time does.
  constexpr std::size_t kPreSkipAt = 10;
  if (codec == AV_CODEC_ID_OPUS && track.setup.size() >= kPreSkipAt + 2) {
    std::memset(parameters_->extradata + kPreSkipAt, 0, 2);
  }
  return true;
}

Result<std::unique_ptr<PacketFeed>> TrackFeed::Create(FfmpegRequest& request) {
  const PacketTrack& track = request.packets->track();
  const AVCodec* const decoder = avcodec_find_decoder_by_name(track.codec.c_str());
  if (decoder == nullptr) {
    return Fail(ErrorCode::kUnsupported,
                request.path + ": FFmpeg was built without a decoder for " + track.codec);
  }
  auto feed = std::make_unique<TrackFeed>();
  if (!feed->SetParameters(track, decoder->id)) {
    return Fail(ErrorCode::kMemory, request.path + ": no memory for FFmpeg");
  }
  feed->info_.format = track.format;
  feed->info_.time_base = AVRational{1, static_cast<int>(track.time_scale_hz)};
  feed->info_.skip_time = track.skip_time;
  feed->info_.keep_time = track.keep_time;
  feed->info_.warm_up_time =
      av_rescale(WarmUpFrames(decoder->id), track.time_scale_hz, std::max(track.sample_rate_hz, 1));
  feed->info_.seekable = track.seekable;
  feed->packets_ = std::move(request.packets);
  return feed;
}

int TrackFeed::Next(AVPacket& packet) {
  auto size = packets_->NextSize();
  if (!size) {
    error_ = std::move(size).error();
    return AVERROR(EIO);
  }
  if (*size == 0) return AVERROR_EOF;
  if (av_new_packet(&packet, static_cast<int>(*size)) < 0) return AVERROR(ENOMEM);
  auto got = packets_->Next({reinterpret_cast<std::byte*>(packet.data), *size});
  if (got && *got == *size) return 0;
  av_packet_unref(&packet);
  if (got) return AVERROR_EOF;
  error_ = std::move(got).error();
  return AVERROR(EIO);
}

}  // namespace

Result<std::unique_ptr<PacketFeed>> OpenTrackFeed(FfmpegRequest& request) {
  return TrackFeed::Create(request);
}

}  // namespace tidemark::io
