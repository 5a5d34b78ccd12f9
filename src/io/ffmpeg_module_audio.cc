#include "io/ffmpeg_module_audio.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/copy_samples.h"
#include "io/ffmpeg_module_errors.h"
#include "io/ffmpeg_module_settings.h"

namespace tidemark::io {
namespace {

// For codecs that take frames of any size.
constexpr int kFreeFrameSize = 4096;
// A codec that wants more at once does not exist.
constexpr int kMaxFrameSize = 1 << 20;
constexpr int kResampleFrames = 1024;

}  // namespace

AudioTrack::~AudioTrack() {
  swr_free(&resampler_);
  av_frame_free(&frame_);
  av_packet_free(&packet_);
  avcodec_free_context(&codec_);
}

Result<std::unique_ptr<AudioTrack>> AudioTrack::Create(const AudioTrackSpec& spec,
                                                       const OutputContainer& container,
                                                       const std::string& name,
                                                       OutputMuxer& muxer) {
  OutputCodec codec;
  TM_TRY_ASSIGN(codec, FindOutputCodec(spec, container, name));
  std::unique_ptr<AudioTrack> track(new AudioTrack(name, muxer));
  track->codec_name_ = codec.name;
  TM_TRY(track->OpenCodec(spec, codec));
  TM_TRY(track->AddStream(spec));
  if (container.is_bare && track->codec_->initial_padding > 0) {
    AddWarning(fmt::format("a bare {} stream has no place for the encoder's delay of {} samples, "
                           "which players play as silence; m4a has one",
                           container.name, track->codec_->initial_padding),
               &track->warning_);
  }
  TM_TRY(track->PrepareBuffers(spec.format.sample_rate_hz));
  return track;
}

tl::unexpected<Error> AudioTrack::Failed(int code) const {
  if (code == AVERROR(ENOMEM)) {
    return Fail(ErrorCode::kMemory, fmt::format("{}: no memory for FFmpeg", name_));
  }
  return Fail(ErrorCode::kIo, fmt::format("{}: the {} encoder failed ({})", name_,
                                          codec_->codec->name, DescribeAvError(code)));
}

Result<void> AudioTrack::OpenCodec(const AudioTrackSpec& spec, const OutputCodec& codec) {
  codec_ = avcodec_alloc_context3(codec.encoder);
  frame_ = av_frame_alloc();
  packet_ = av_packet_alloc();
  if (codec_ == nullptr || frame_ == nullptr || packet_ == nullptr) {
    return Fail(ErrorCode::kMemory, fmt::format("{}: no memory for FFmpeg", name_));
  }
  TM_TRY(ConfigureAudio(spec, codec, name_, *codec_, &warning_));
  if ((muxer_.format().oformat->flags & AVFMT_GLOBALHEADER) != 0) {
    codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  codec_->flags |= AV_CODEC_FLAG_BITEXACT;
  const int code = avcodec_open2(codec_, codec.encoder, nullptr);
  if (code == AVERROR(ENOMEM)) return Failed(code);
  if (code < 0) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("{}: the {} encoder does not take {} Hz with {} channels{} ({}); "
                    "choose another codec",
                    name_, codec.name, codec_->sample_rate, spec.format.channels,
                    spec.bit_rate_bps > 0 ? " at this bit rate" : "", DescribeAvError(code)));
  }
  writer_ = SampleWriter(codec_->sample_fmt, SampleBits(*codec_),
                         spec.dither && SampleBits(*codec_) <= 24);
  return {};
}

Result<void> AudioTrack::AddStream(const AudioTrackSpec& spec) {
  stream_ = avformat_new_stream(&muxer_.format(), nullptr);
  if (stream_ == nullptr || avcodec_parameters_from_context(stream_->codecpar, codec_) < 0) {
    return Failed(AVERROR(ENOMEM));
  }
  stream_->time_base = codec_->time_base;
  is_matroska_ = IsMatroska(muxer_.format());
  if (is_matroska_ && codec_->codec_id == AV_CODEC_ID_OPUS) {
    // FFmpeg 5.1 counts it in samples at 48 kHz there, whatever the rate.
    stream_->codecpar->initial_padding =
        static_cast<int>(av_rescale(codec_->initial_padding, 48'000, codec_->sample_rate));
  }
  if (!spec.language.empty()) {
    av_dict_set(&stream_->metadata, "language", spec.language.c_str(), 0);
  }
  return {};
}

Result<void> AudioTrack::PrepareBuffers(int in_rate_hz) {
  const int frame_size = codec_->frame_size > 0 ? codec_->frame_size : kFreeFrameSize;
  if (frame_size > kMaxFrameSize) return Failed(AVERROR(EINVAL));
  in_rate_hz_ = in_rate_hz;
  const auto n_channels = static_cast<std::size_t>(codec_->ch_layout.nb_channels);
  waiting_.assign(n_channels, std::vector<float>(static_cast<std::size_t>(frame_size)));
  for (auto& plane : waiting_) waiting_planes_.push_back(plane.data());
  if (in_rate_hz == codec_->sample_rate) return {};
  resampled_.assign(n_channels, std::vector<float>(kResampleFrames));
  for (auto& plane : resampled_) resampled_planes_.push_back(plane.data());
  const int code =
      swr_alloc_set_opts2(&resampler_, &codec_->ch_layout, AV_SAMPLE_FMT_FLTP, codec_->sample_rate,
                          &codec_->ch_layout, AV_SAMPLE_FMT_FLTP, in_rate_hz, 0, nullptr);
  if (code < 0) return Failed(code);
  // 64 taps that are flat up to 0.95 of the lower half rate.
  av_opt_set_int(resampler_, "filter_size", 64, 0);
  av_opt_set_double(resampler_, "cutoff", 0.95, 0);
  const int started = swr_init(resampler_);
  if (started < 0) return Failed(started);
  return {};
}

Result<void> AudioTrack::Write(const AudioBlock& block) {
  if (block.n_channels() != waiting_.size()) return Failed(AVERROR(EINVAL));
  n_in_ += static_cast<std::int64_t>(block.n_frames());
  if (resampler_ != nullptr) return Resample(block.channels().data(), block.n_frames());
  return Append(block.channels().data(), block.n_frames());
}

// `planes` null: what the resampler still holds, so that all in all there is as much as came in.
Result<void> AudioTrack::Resample(const float* const* planes, std::size_t n_frames) {
  const bool is_end = planes == nullptr;
  auto* const in = reinterpret_cast<const std::uint8_t**>(const_cast<const float**>(planes));
  auto* const out = reinterpret_cast<std::uint8_t**>(resampled_planes_.data());
  const std::int64_t wanted = av_rescale(n_in_, codec_->sample_rate, in_rate_hz_);
  for (;;) {
    const int n = swr_convert(resampler_, out, kResampleFrames, in, static_cast<int>(n_frames));
    if (n < 0) return Failed(n);
    // The input was taken whole; what did not fit waits in the resampler.
    n_frames = 0;
    std::int64_t keep = n;
    if (is_end) {
      keep = std::min<std::int64_t>(n, wanted - n_encoded_ - static_cast<std::int64_t>(n_waiting_));
    }
    if (keep > 0) TM_TRY(Append(resampled_planes_.data(), static_cast<std::size_t>(keep)));
    if (n < kResampleFrames) return {};
  }
}

Result<void> AudioTrack::Append(const float* const* planes, std::size_t n_frames) {
  const std::size_t capacity = waiting_[0].size();
  for (std::size_t at = 0; at < n_frames;) {
    const std::size_t n = std::min(n_frames - at, capacity - n_waiting_);
    for (std::size_t c = 0; c < waiting_.size(); ++c) {
      CopySamples(planes[c] + at, n, waiting_planes_[c] + n_waiting_);
    }
    at += n;
    n_waiting_ += n;
    if (n_waiting_ == capacity) TM_TRY(Encode(capacity));
  }
  return {};
}

// Gives the first n_frames that wait, all there are, to the encoder.
Result<void> AudioTrack::Encode(std::size_t n_frames) {
  frame_->format = codec_->sample_fmt;
  frame_->sample_rate = codec_->sample_rate;
  frame_->nb_samples = static_cast<int>(n_frames);
  int code = av_channel_layout_copy(&frame_->ch_layout, &codec_->ch_layout);
  if (code >= 0) code = av_frame_get_buffer(frame_, 0);
  if (code < 0) return Failed(code);
  writer_.Write(waiting_planes_, n_frames, *frame_);
  frame_->pts = n_encoded_;
  code = avcodec_send_frame(codec_, frame_);
  av_frame_unref(frame_);
  if (code < 0) return Failed(code);
  n_encoded_ += static_cast<std::int64_t>(n_frames);
  n_waiting_ = 0;
  return Drain();
}

// Players take the CodecDelay of Opus off each stamp of Matroska (RFC 9559, 5.1.4.1.25) and drop as
// many samples at the start, so stamps are to count from the first packet; FFmpeg 5.1 writes the
// delay and leaves the stamps. The first packet of Vorbis, stamped before 0, decodes to nothing.
// Below 0 no stamp may be: all streams would be moved.
void AudioTrack::StampForMatroska(AVPacket& packet) const {
  if (codec_->codec_id == AV_CODEC_ID_OPUS) {
    packet.pts += codec_->initial_padding;
    packet.dts += codec_->initial_padding;
  } else if (codec_->codec_id == AV_CODEC_ID_VORBIS) {
    packet.pts = std::max<std::int64_t>(packet.pts, 0);
    packet.dts = std::max<std::int64_t>(packet.dts, 0);
  }
}

Result<void> AudioTrack::Drain() {
  for (;;) {
    const int code = avcodec_receive_packet(codec_, packet_);
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) return Failed(code);
    packet_->stream_index = stream_->index;
    if (is_matroska_) StampForMatroska(*packet_);
    av_packet_rescale_ts(packet_, codec_->time_base, stream_->time_base);
    TM_TRY(muxer_.Write(*packet_));
  }
}

Result<void> AudioTrack::Finish() {
  if (resampler_ != nullptr && n_in_ > 0) TM_TRY(Resample(nullptr, 0));
  if (n_waiting_ > 0) TM_TRY(Encode(n_waiting_));
  const int code = avcodec_send_frame(codec_, nullptr);
  if (code < 0 && code != AVERROR_EOF) return Failed(code);
  return Drain();
}

}  // namespace tidemark::io
