#include "io/ffmpeg_module_video_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

extern "C" {
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

#include "base/text.h"
#include "io/ffmpeg_module_errors.h"

namespace tidemark::io {
namespace {

constexpr int kDefaultCrf = 18;
// Of encoders that are told a quantiser: hard to tell from the source.
constexpr int kQuantizer = 2;

// x265's too.
constexpr std::string_view kX264Presets =
    " ultrafast superfast veryfast faster fast medium slow slower veryslow placebo ";

// 1: yes, 0: no, below: the container does not say.
int Takes(const AVOutputFormat& container, AVCodecID codec) {
  return avformat_query_codec(&container, codec, FF_COMPLIANCE_NORMAL);
}

bool TakesH264(const AVOutputFormat& container) {
  return Takes(container, AV_CODEC_ID_H264) == 1 || std::string_view(container.name) == "mpegts";
}

bool IsX264Preset(const std::string& name) {
  return name.find(' ') == std::string::npos &&
         kX264Presets.find(fmt::format(" {} ", name)) != std::string_view::npos;
}

bool HasOption(const AVCodecContext& codec, const char* name) {
  return codec.priv_data != nullptr && av_opt_find(codec.priv_data, name, nullptr, 0, 0) != nullptr;
}

bool IsRgb(AVPixelFormat format) {
  const AVPixFmtDescriptor* const d = av_pix_fmt_desc_get(format);
  return d != nullptr && (d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

// The source's own format where the encoder takes it; else 4:2:0, which every player shows.
AVPixelFormat ChooseFormat(const AVCodec& codec, AVPixelFormat source) {
  if (codec.pix_fmts == nullptr) return source;
  bool has_420 = false;
  for (const AVPixelFormat* at = codec.pix_fmts; *at != AV_PIX_FMT_NONE; ++at) {
    if (*at == source) return source;
    has_420 = has_420 || *at == AV_PIX_FMT_YUV420P;
  }
  const AVPixFmtDescriptor* const d = av_pix_fmt_desc_get(source);
  const bool is_plain = d != nullptr && d->comp[0].depth <= 8;
  if (has_420 && is_plain) return AV_PIX_FMT_YUV420P;
  return avcodec_find_best_pix_fmt_of_list(codec.pix_fmts, source, 0, nullptr);
}

}  // namespace

Result<const AVCodec*> FindVideoEncoder(const VideoSpec& spec, const AVOutputFormat& container) {
  const AVCodec* codec = nullptr;
  if (!spec.codec.empty()) {
    codec = avcodec_find_encoder_by_name(spec.codec.c_str());
    const AVCodecDescriptor* const named = avcodec_descriptor_get_by_name(spec.codec.c_str());
    if (codec == nullptr && named != nullptr) codec = avcodec_find_encoder(named->id);
    if (codec == nullptr || codec->type != AVMEDIA_TYPE_VIDEO) {
      return Fail(ErrorCode::kUsage, fmt::format("{}: FFmpeg has no video encoder of that name",
                                                 Printable(spec.codec)));
    }
  } else if (TakesH264(container)) {
    codec = avcodec_find_encoder_by_name("libx264");
  } else if (container.video_codec != AV_CODEC_ID_NONE) {
    codec = avcodec_find_encoder(container.video_codec);
  }
  if (codec == nullptr) {
    return Fail(ErrorCode::kUsage,
                fmt::format("a {} file takes no video that can be encoded here; choose another "
                            "container, or an encoder with --video-codec",
                            container.name));
  }
  if (Takes(container, codec->id) == 0) {
    return Fail(ErrorCode::kUsage,
                fmt::format("a {} file takes no {} video; choose another container, or another "
                            "encoder with --video-codec",
                            container.name, avcodec_get_name(codec->id)));
  }
  return codec;
}

bool VideoEncoder::NeedsGrid(const AVCodec& codec, const AVOutputFormat& container) {
  constexpr std::array kCodecs = {AV_CODEC_ID_MPEG4, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG1VIDEO,
                                  AV_CODEC_ID_H263,  AV_CODEC_ID_H263P,      AV_CODEC_ID_DVVIDEO,
                                  AV_CODEC_ID_DNXHD, AV_CODEC_ID_THEORA};
  return std::find(kCodecs.begin(), kCodecs.end(), codec.id) != kCodecs.end() ||
         std::string_view(container.name) == "avi";
}

Result<std::unique_ptr<VideoEncoder>> VideoEncoder::Create(const VideoSpec& spec,
                                                           const VideoEncoderSettings& settings,
                                                           const AVFrame& first,
                                                           OutputMuxer& output) {
  std::unique_ptr<VideoEncoder> encoder(new VideoEncoder(output));
  encoder->packet_.reset(av_packet_alloc());
  encoder->frame_.reset(av_frame_alloc());
  encoder->codec_.reset(avcodec_alloc_context3(settings.codec));
  if (encoder->packet_ == nullptr || encoder->frame_ == nullptr || encoder->codec_ == nullptr) {
    return Fail(ErrorCode::kMemory, "no memory for a video encoder");
  }
  encoder->SetPicture(settings, first);
  TM_TRY(encoder->SetOptions(spec, settings.tuning));
  const int code = avcodec_open2(encoder->codec_.get(), settings.codec, nullptr);
  if (code == AVERROR(ENOMEM)) {
    return Fail(ErrorCode::kMemory, fmt::format("{}: no memory for {} x {} points",
                                                settings.codec->name, first.width, first.height));
  }
  if (code < 0) {
    return Fail(ErrorCode::kUsage,
                fmt::format("the video encoder {} refuses {} x {} points of {} with these options "
                            "({})",
                            settings.codec->name, first.width, first.height,
                            av_get_pix_fmt_name(encoder->codec_->pix_fmt), DescribeAvError(code)));
  }
  TM_TRY(encoder->AddStream(settings));
  return encoder;
}

void VideoEncoder::SetPicture(const VideoEncoderSettings& settings, const AVFrame& first) {
  AVCodecContext& codec = *codec_;
  const auto source = static_cast<AVPixelFormat>(first.format);
  codec.width = first.width;
  codec.height = first.height;
  codec.pix_fmt = ChooseFormat(*settings.codec, source);
  codec.time_base = settings.time_base;
  codec.framerate = settings.frame_rate;
  codec.sample_aspect_ratio = settings.sample_aspect;
  codec.color_range = first.color_range;
  codec.color_primaries = first.color_primaries;
  codec.color_trc = first.color_trc;
  codec.colorspace = first.colorspace;
  codec.chroma_sample_location = first.chroma_location;
  if (codec.pix_fmt != source) {
    note_ = fmt::format("the video's points were changed from {} to {}, which {} takes",
                        av_get_pix_fmt_name(source), av_get_pix_fmt_name(codec.pix_fmt),
                        settings.codec->name);
    if (IsRgb(source) && !IsRgb(codec.pix_fmt)) {
      codec.colorspace = AVCOL_SPC_BT709;
      codec.color_range = AVCOL_RANGE_MPEG;
    }
  }
  if (first.interlaced_frame != 0) {
    codec.flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
    codec.field_order = first.top_field_first != 0 ? AV_FIELD_TT : AV_FIELD_BB;
  }
  if ((output_.format().oformat->flags & AVFMT_GLOBALHEADER) != 0) {
    codec.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
}

Result<void> VideoEncoder::SetOptions(const VideoSpec& spec, const VideoEncoderTuning& tuning) {
  AVCodecContext& codec = *codec_;
  const std::string_view name = codec.codec->name;
  const bool is_x264 = name == "libx264" || name == "libx264rgb";
  const bool has_crf = HasOption(codec, "crf");
  if (spec.crf && !has_crf) {
    return Fail(ErrorCode::kUsage,
                fmt::format("--crf: the video encoder {} has no such quality", name));
  }
  if (spec.crf || is_x264) {
    codec.bit_rate = 0;
    av_opt_set_double(codec.priv_data, "crf", spec.crf.value_or(kDefaultCrf), 0);
  } else if (!has_crf) {
    codec.flags |= AV_CODEC_FLAG_QSCALE;
    codec.global_quality = FF_QP2LAMBDA * (codec.codec_id == AV_CODEC_ID_THEORA ? 7 : kQuantizer);
  }
  const std::string preset = !spec.preset.empty()           ? spec.preset
                             : is_x264 || name == "libx265" ? "medium"
                                                            : "";
  if ((is_x264 || name == "libx265") && !IsX264Preset(preset)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: the video encoder {} has no such preset; it has{}",
                            Printable(preset), name, kX264Presets));
  }
  if (!preset.empty() && (!HasOption(codec, "preset") ||
                          av_opt_set(codec.priv_data, "preset", preset.c_str(), 0) < 0)) {
    return Fail(ErrorCode::kUsage, fmt::format("{}: the video encoder {} has no such preset",
                                               Printable(preset), name));
  }
  codec.thread_count = tuning.threads;
  codec.thread_type = tuning.slices ? FF_THREAD_SLICE : FF_THREAD_FRAME;
  if (tuning.references) codec.refs = *tuning.references;
  if (tuning.b_frames) codec.max_b_frames = *tuning.b_frames;
  for (const char* const option : {"rc-lookahead", "lag-in-frames"}) {
    if (tuning.lookahead && HasOption(codec, option)) {
      av_opt_set_int(codec.priv_data, option, *tuning.lookahead, 0);
    }
  }
  if (name == "libx265") {
    std::string parameters = fmt::format("log-level=none:pools={}", tuning.threads);
    if (tuning.slices) parameters += ":frame-threads=1";
    if (tuning.lookahead) parameters += fmt::format(":rc-lookahead={}", *tuning.lookahead);
    av_opt_set(codec.priv_data, "x265-params", parameters.c_str(), 0);
  }
  return {};
}

Result<void> VideoEncoder::AddStream(const VideoEncoderSettings& settings) {
  AVStream* const stream = avformat_new_stream(&output_.format(), nullptr);
  if (stream == nullptr || avcodec_parameters_from_context(stream->codecpar, codec_.get()) < 0) {
    return Fail(ErrorCode::kMemory, "no memory for a stream");
  }
  stream_ = stream->index;
  stream->time_base = settings.time_base;
  stream->avg_frame_rate = settings.frame_rate;
  stream->sample_aspect_ratio = settings.sample_aspect;
  const std::string_view container = output_.format().oformat->name;
  if (codec_->codec_id == AV_CODEC_ID_HEVC && (container == "mp4" || container == "mov")) {
    stream->codecpar->codec_tag = MKTAG('h', 'v', 'c', '1');  // the only one that Apple plays
  }
  return {};
}

// Into frame_, in the format that the encoder was opened with.
Result<void> VideoEncoder::Convert(const AVFrame& frame) {
  const auto source = static_cast<AVPixelFormat>(frame.format);
  av_frame_unref(frame_.get());
  if (source == codec_->pix_fmt && frame.width == codec_->width && frame.height == codec_->height) {
    if (av_frame_ref(frame_.get(), &frame) < 0) return Fail(ErrorCode::kMemory, "no memory");
    return {};
  }
  frame_->format = codec_->pix_fmt;
  frame_->width = codec_->width;
  frame_->height = codec_->height;
  scaler_.reset(sws_getCachedContext(scaler_.release(), frame.width, frame.height, source,
                                     codec_->width, codec_->height, codec_->pix_fmt,
                                     SWS_BICUBIC | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  if (scaler_ == nullptr || av_frame_get_buffer(frame_.get(), 0) < 0) {
    return Fail(ErrorCode::kMemory, "no memory to convert a picture");
  }
  const int* const from = sws_getCoefficients(
      frame.colorspace == AVCOL_SPC_UNSPECIFIED || IsRgb(source) ? SWS_CS_DEFAULT
                                                                 : frame.colorspace);
  const int* const to = sws_getCoefficients(
      codec_->colorspace == AVCOL_SPC_UNSPECIFIED ? SWS_CS_DEFAULT : codec_->colorspace);
  const bool from_full = frame.color_range == AVCOL_RANGE_JPEG || IsRgb(source);
  const bool to_full = codec_->color_range == AVCOL_RANGE_JPEG || IsRgb(codec_->pix_fmt);
  sws_setColorspaceDetails(scaler_.get(), from, from_full ? 1 : 0, to, to_full ? 1 : 0, 0, 1 << 16,
                           1 << 16);
  if (sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, frame_->data,
                frame_->linesize) < 0 ||
      av_frame_copy_props(frame_.get(), &frame) < 0) {
    return Fail(ErrorCode::kMemory, "no memory to convert a picture");
  }
  return {};
}

Result<void> VideoEncoder::Push(const AVFrame& frame, std::int64_t pts, std::int64_t duration) {
  TM_TRY(Convert(frame));
  frame_->pts = pts;
  frame_->pkt_duration = duration;
  frame_->pict_type = AV_PICTURE_TYPE_NONE;  // the encoder chooses
  frame_->key_frame = 0;
  frame_->quality = codec_->global_quality;
  spans_.push_back({pts, duration});
  return Send(frame_.get());
}

Result<void> VideoEncoder::Drain() { return Send(nullptr); }

std::int64_t VideoEncoder::TakeDuration(std::int64_t pts) {
  const auto at = std::find_if(spans_.begin(), spans_.end(),
                               [pts](const Span& span) { return span.pts == pts; });
  if (at == spans_.end()) return 0;
  const std::int64_t duration = at->duration;
  spans_.erase(at);
  return duration;
}

Result<void> VideoEncoder::Send(const AVFrame* frame) {
  int code = avcodec_send_frame(codec_.get(), frame);
  while (code >= 0 || code == AVERROR_EOF) {
    code = avcodec_receive_packet(codec_.get(), packet_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) break;
    packet_->duration = TakeDuration(packet_->pts);
    packet_->stream_index = stream_;
    av_packet_rescale_ts(packet_.get(), codec_->time_base, stream().time_base);
    TM_TRY(output_.Write(*packet_));
  }
  return Fail(
      code == AVERROR(ENOMEM) ? ErrorCode::kMemory : ErrorCode::kInternal,
      fmt::format("the video encoder {} failed ({})", codec_->codec->name, DescribeAvError(code)));
}

}  // namespace tidemark::io
