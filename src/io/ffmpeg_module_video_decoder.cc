#include "io/ffmpeg_module_video_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "io/ffmpeg_module_errors.h"
#include "io/ffmpeg_module_lists.h"
#include "io/ffmpeg_module_packet_time.h"

namespace tidemark::io {
namespace {

// More than 16384 x 16384 points are a hostile header's wish.
constexpr std::int64_t kMaxPixels = std::int64_t{1} << 28;

}  // namespace

Result<std::unique_ptr<VideoDecoder>> VideoDecoder::Create(const std::string& path, int stream,
                                                           const VideoDecoderTuning& tuning,
                                                           const Cancellation* cancellation) {
  std::unique_ptr<VideoDecoder> decoder(new VideoDecoder());
  TM_TRY_ASSIGN(decoder->input_, Demuxer::Open(path, cancellation, Demuxer::Use::kVideo));
  decoder->stream_ = stream;
  decoder->tuning_ = tuning;
  decoder->packet_.reset(av_packet_alloc());
  decoder->frame_.reset(av_frame_alloc());
  if (decoder->packet_ == nullptr || decoder->frame_ == nullptr) {
    return Fail(ErrorCode::kMemory, path + ": no memory for FFmpeg");
  }
  decoder->input_->Want(stream);
  TM_TRY(decoder->OpenCodec());
  return decoder;
}

Result<void> VideoDecoder::OpenCodec() {
  const std::string& path = input_->path();
  const AVCodecParameters& parameters = *stream().codecpar;
  const AVCodec* const codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr || !ListHolds(kVideoDecoderList, codec->name)) {
    return Fail(ErrorCode::kUnsupported, fmt::format("{}: its video codec ({}) is not read here",
                                                     path, avcodec_get_name(parameters.codec_id)));
  }
  codec_.reset(avcodec_alloc_context3(codec));
  if (codec_ == nullptr || avcodec_parameters_to_context(codec_.get(), &parameters) < 0) {
    return Fail(ErrorCode::kMemory, path + ": no memory for FFmpeg");
  }
  codec_->pkt_timebase = stream().time_base;
  codec_->framerate = stream().avg_frame_rate;
  codec_->max_pixels = kMaxPixels;
  codec_->thread_count = tuning_.threads;
  codec_->thread_type = tuning_.slices ? FF_THREAD_SLICE : FF_THREAD_FRAME | FF_THREAD_SLICE;
  const int code = avcodec_open2(codec_.get(), codec, nullptr);
  if (code < 0) {
    return Fail(code == AVERROR(ENOMEM) ? ErrorCode::kMemory : ErrorCode::kBadData,
                fmt::format("{}: the {} decoder refuses its video ({})", path, codec->name,
                            DescribeAvError(code)));
  }
  return {};
}

Result<bool> VideoDecoder::SendPacket() {
  for (;;) {
    bool more = false;
    TM_TRY_ASSIGN(more, input_->Next(*packet_));
    if (!more) {
      draining_ = true;
      avcodec_send_packet(codec_.get(), nullptr);
      return true;
    }
    if (wants_key_ && (packet_->flags & AV_PKT_FLAG_KEY) == 0) {
      av_packet_unref(packet_.get());
      continue;
    }
    wants_key_ = false;
    const int code = avcodec_send_packet(codec_.get(), packet_.get());
    av_packet_unref(packet_.get());
    if (code == AVERROR(ENOMEM)) {
      return Fail(ErrorCode::kMemory, input_->path() + ": no memory to decode its video");
    }
    if (code < 0) ++n_damaged_;
    return true;
  }
}

void VideoDecoder::StampFrame() {
  std::int64_t time = frame_->best_effort_timestamp;
  if (time == AV_NOPTS_VALUE) {
    const std::int64_t step = std::max<std::int64_t>(frame_->pkt_duration, 1);
    time = last_time_ == AV_NOPTS_VALUE ? 0 : last_time_ + step;
  }
  frame_->pts = last_time_ = time;
}

Result<const AVFrame*> VideoDecoder::Decode() {
  for (;;) {
    const int code = avcodec_receive_frame(codec_.get(), frame_.get());
    if (code == 0) {
      StampFrame();
      return frame_.get();
    }
    if (code == AVERROR_EOF) return nullptr;
    if (code == AVERROR(ENOMEM)) {
      return Fail(ErrorCode::kMemory, input_->path() + ": no memory to decode its video");
    }
    if (code != AVERROR(EAGAIN)) {
      ++n_damaged_;
      if (draining_) return nullptr;
    }
    if (draining_) return nullptr;
    TM_TRY(SendPacket());
  }
}

Result<const AVFrame*> VideoDecoder::Next() {
  if (std::exchange(frame_waits_, false)) return frame_.get();
  return Decode();
}

Result<bool> VideoDecoder::SeekTo(std::int64_t time) {
  const AVRational second{1, 1};
  for (const std::int64_t back_s : kKeySearch_s) {
    const std::int64_t from = time - av_rescale_q(back_s, second, stream().time_base);
    if (!input_->SeekTo(stream_, from)) break;
    avcodec_flush_buffers(codec_.get());
    wants_key_ = true;
    draining_ = frame_waits_ = false;
    last_time_ = AV_NOPTS_VALUE;
    const AVFrame* first = nullptr;
    TM_TRY_ASSIGN(first, Decode());
    frame_waits_ = first != nullptr;
    if (first != nullptr && first->pts <= time) return true;
  }
  TM_TRY(input_->Rewind());
  TM_TRY(OpenCodec());
  wants_key_ = draining_ = frame_waits_ = false;
  last_time_ = AV_NOPTS_VALUE;
  return false;
}

}  // namespace tidemark::io
