// The streams of a file, and whether the rate of its video varies.
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/dict.h>
}

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "io/ffmpeg_module_demuxer.h"
#include "io/ffmpeg_module_input.h"
#include "io/ffmpeg_module_tags.h"

namespace tidemark::io {
namespace {

// Frames of video whose times are looked at; at 60 a second the first 17 s.
constexpr int kSampledFrames = 1024;
// Packets read to find them: a file whose video begins late is judged by its header.
constexpr int kMaxPackets = 20'000;

// Decoders of video for containers that leave it to the stream how large its pictures are.
constexpr const char* kVideoDecoders =
    ",h264,hevc,mpeg1video,mpeg2video,mpeg4,vp8,vp9,av1,libdav1d,theora,vc1,wmv3,mjpeg,flv,h263";

bool IsComplete(const AVCodecParameters& parameters) {
  if (parameters.codec_id == AV_CODEC_ID_NONE) return parameters.codec_type > AVMEDIA_TYPE_AUDIO;
  if (parameters.codec_type == AVMEDIA_TYPE_AUDIO) {
    return parameters.sample_rate > 0 && parameters.ch_layout.nb_channels > 0;
  }
  return parameters.codec_type != AVMEDIA_TYPE_VIDEO || parameters.width > 0;
}

bool IsComplete(const AVFormatContext& format) {
  if (format.nb_streams == 0 || (format.ctx_flags & AVFMTCTX_NOHEADER) != 0) return false;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const AVStream& stream = *format.streams[i];
    const bool is_cover = (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    const bool is_video = stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !is_cover;
    if (is_video || (!is_cover && !IsComplete(*stream.codecpar))) return false;
  }
  return true;
}

std::optional<Timebase> RateOf(AVRational rate) {
  if (rate.num <= 0 || rate.den <= 0) return std::nullopt;
  return Timebase{rate.num, rate.den};
}

StreamKind KindOf(AVMediaType type) {
  switch (type) {
    case AVMEDIA_TYPE_AUDIO:
      return StreamKind::kAudio;
    case AVMEDIA_TYPE_VIDEO:
      return StreamKind::kVideo;
    case AVMEDIA_TYPE_SUBTITLE:
      return StreamKind::kSubtitle;
    default:
      return StreamKind::kOther;
  }
}

MediaStream Describe(const AVStream& stream) {
  const AVCodecParameters& parameters = *stream.codecpar;
  MediaStream made;
  made.kind = KindOf(parameters.codec_type);
  made.index = stream.index;
  made.codec = avcodec_get_name(parameters.codec_id);
  const AVDictionaryEntry* const language = av_dict_get(stream.metadata, "language", nullptr, 0);
  if (language != nullptr && std::string_view(language->value) != "und") {
    made.language = language->value;
  }
  const double tick_s = av_q2d(stream.time_base);
  if (stream.start_time != AV_NOPTS_VALUE) {
    made.start_s = static_cast<double>(stream.start_time) * tick_s;
  }
  if (stream.duration != AV_NOPTS_VALUE && stream.duration > 0) {
    made.duration_s = static_cast<double>(stream.duration) * tick_s;
  }
  made.bit_rate_bps = std::max<std::int64_t>(parameters.bit_rate, 0);
  made.is_default = (stream.disposition & AV_DISPOSITION_DEFAULT) != 0;
  made.is_cover = (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
  made.sample_rate_hz = parameters.sample_rate;
  made.channels = parameters.ch_layout.nb_channels;
  if (made.kind == StreamKind::kAudio) {
    made.bits = parameters.bits_per_raw_sample > 0 ? parameters.bits_per_raw_sample
                                                   : av_get_bits_per_sample(parameters.codec_id);
  }
  made.width = parameters.width;
  made.height = parameters.height;
  made.average_frame_rate = RateOf(stream.avg_frame_rate);
  made.frame_rate = RateOf(stream.r_frame_rate);
  return made;
}

// The steps between frames, in the order they are shown in; a constant rate has steps that differ
// by the rounding of the time base only.
bool StepsVary(std::vector<std::int64_t>& times) {
  if (times.size() < 3) return false;
  std::sort(times.begin(), times.end());
  // The last ones may wait for frames that were not read: B-frames.
  const std::size_t n = times.size() > 32 ? times.size() - 16 : times.size();
  std::int64_t least = times[1] - times[0];
  std::int64_t most = least;
  for (std::size_t i = 2; i < n; ++i) {
    const std::int64_t step = times[i] - times[i - 1];
    least = std::min(least, step);
    most = std::max(most, step);
  }
  return most - least > 1;
}

// Reads packets until the video's steps can be judged.
bool RateVaries(AVFormatContext& format, int index) {
  AVPacket* packet = av_packet_alloc();
  if (packet == nullptr) return false;
  std::vector<std::int64_t> times;
  times.reserve(kSampledFrames);
  for (int n = 0; n < kMaxPackets && times.size() < kSampledFrames; ++n) {
    if (av_read_frame(&format, packet) < 0) break;
    const bool counts = packet->stream_index == index && packet->pts != AV_NOPTS_VALUE;
    if (counts) times.push_back(packet->pts);
    av_packet_unref(packet);
  }
  av_packet_free(&packet);
  return StepsVary(times);
}

// The header's word: the average lies off the rate in which all time stamps can be written.
bool RatesDiffer(const MediaStream& stream) {
  if (!stream.average_frame_rate || !stream.frame_rate) return false;
  const double average_s = stream.average_frame_rate->Seconds(1);
  const double real_s = stream.frame_rate->Seconds(1);
  return std::abs(average_s / real_s - 1) > 0.01;
}

}  // namespace

Result<MediaLayout> Probe(const FfmpegRequest& request) {
  std::unique_ptr<FormatInput> input;
  const std::string codecs = std::string(kDecoderList) + kVideoDecoders;
  TM_TRY_ASSIGN(input, FormatInput::Create(*request.bytes, request.path, codecs.c_str()));
  AVFormatContext& format = input->format();
  format.skip_estimate_duration_from_pts = 0;
  if (!IsComplete(format)) avformat_find_stream_info(&format, nullptr);
  if (input->error()) return tl::unexpected(*input->error());
  MediaLayout layout;
  layout.container = format.iformat->name;
  if (format.duration != AV_NOPTS_VALUE && format.duration > 0) {
    layout.duration_s = static_cast<double>(format.duration) / AV_TIME_BASE;
  }
  std::array<int, 4> n_of_kind{};
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    MediaStream stream = Describe(*format.streams[i]);
    stream.of_kind = n_of_kind[static_cast<std::size_t>(stream.kind)]++;
    layout.streams.push_back(std::move(stream));
  }
  for (MediaStream& stream : layout.streams) {
    if (stream.kind != StreamKind::kVideo || stream.is_cover) continue;
    stream.variable_rate = RateVaries(format, stream.index) || RatesDiffer(stream);
    break;
  }
  if (input->error()) return tl::unexpected(*input->error());
  layout.index_bytes = IndexBytes(format);
  return layout;
}

}  // namespace tidemark::io
