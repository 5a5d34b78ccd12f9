// How a FfmpegModuleCopy makes its output: streams, tags, chapters, header.
#include "io/ffmpeg_module_copy.h"

extern "C" {
#include <libavutil/mem.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "io/ffmpeg_module_streams.h"

namespace tidemark::io {
namespace {

// Where no stream sets the beat: what edit lists of MP4 are counted in.
constexpr int kMovieRateHz = 90'000;
constexpr std::int64_t kMostAhead_us = 10'000'000;

// Frames that say which one of the file they are.
bool NumbersItsFrames(const OutputContainer& container, AVCodecID codec) {
  const std::string_view muxer = container.muxer;
  if (codec == AV_CODEC_ID_FLAC) return muxer == "flac" || muxer == "ogg" || muxer == "oga";
  return muxer == "wv" || muxer == "tta";
}

bool IsAudio(AVMediaType type) { return type == AVMEDIA_TYPE_AUDIO; }

}  // namespace

Result<void> FfmpegModuleCopy::OpenOutput() {
  EncodeSpec output;
  output.path = spec_.output_path;
  output.container = spec_.container;
  TM_TRY_ASSIGN(container_, FindOutputContainer(output));
  TM_TRY_ASSIGN(muxer_, OutputMuxer::Create(*container_, *sink_));
  muxer_->format().max_interleave_delta = kMostAhead_us;
  return {};
}

Result<void> FfmpegModuleCopy::AddStreams() {
  const AVFormatContext& format = demuxer_->format();
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const AVStream& stream = *format.streams[i];
    const AVMediaType type = stream.codecpar->codec_type;
    if (type == AVMEDIA_TYPE_AUDIO || type == AVMEDIA_TYPE_VIDEO || type == AVMEDIA_TYPE_SUBTITLE) {
      TM_TRY(AddStream(stream));
    }
  }
  AVFormatContext& output = muxer_->format();
  CopyAttachments(format, output, notes_);
  NoteLostRotation(format, *output.oformat, notes_);
  av_dict_copy(&output.metadata, format.metadata, 0);
  av_dict_set(&output.metadata, "encoder", nullptr, 0);
  if (!tracks_.empty()) return {};
  return Fail(ErrorCode::kUsage,
              fmt::format("a {} file takes none of the streams of {}; choose another container",
                          container_->name, Printable(spec_.input_path)));
}

Result<void> FfmpegModuleCopy::AddStream(const AVStream& stream) {
  AVFormatContext& output = muxer_->format();
  const AVCodecParameters& from = *stream.codecpar;
  const char* const codec = avcodec_get_name(from.codec_id);
  if (avformat_query_codec(output.oformat, from.codec_id, FF_COMPLIANCE_NORMAL) == 0) {
    if (from.codec_type == AVMEDIA_TYPE_SUBTITLE ||
        !(IsVideo(stream) || IsAudio(from.codec_type))) {
      notes_.push_back(fmt::format("stream {} ({}) was left out, as a {} file takes none",
                                   stream.index, codec, container_->name));
      return {};
    }
    return Fail(
        ErrorCode::kUsage,
        fmt::format("a {} file takes no {}; choose another container, or cut without --copy",
                    container_->name, codec));
  }
  if (NumbersItsFrames(*container_, from.codec_id)) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("{}: the frames of a {} file are numbered and cannot be cut as they are; "
                    "cut without --copy, which loses nothing",
                    Printable(spec_.input_path), container_->name));
  }
  AVStream* const copy = avformat_new_stream(&output, nullptr);
  if (copy == nullptr || avcodec_parameters_copy(copy->codecpar, &from) < 0) {
    return Fail(ErrorCode::kMemory, "no memory for a stream");
  }
  // The tag stays where the container has that one for this codec.
  const AVCodecTag* const* const tags = output.oformat->codec_tag;
  if (tags == nullptr || av_codec_get_id(tags, from.codec_tag) != from.codec_id) {
    copy->codecpar->codec_tag = 0;
  }
  copy->time_base = stream.time_base;
  copy->avg_frame_rate = stream.avg_frame_rate;
  copy->r_frame_rate = stream.r_frame_rate;
  copy->sample_aspect_ratio = stream.sample_aspect_ratio;
  CopyStreamFacts(stream, *copy);
  Track track;
  track.in = stream.index;
  track.out = copy->index;
  track.type = from.codec_type;
  track.is_cover = from.codec_type == AVMEDIA_TYPE_VIDEO && !IsVideo(stream);
  tracks_.push_back(track);
  if (track.is_cover) return {};
  demuxer_->Want(stream.index);
  const AVCodecDescriptor* const descriptor = avcodec_descriptor_get(from.codec_id);
  if (IsAudio(from.codec_type) && descriptor != nullptr &&
      (descriptor->props & AV_CODEC_PROP_LOSSLESS) == 0) {
    notes_.push_back(fmt::format(
        "audio stream {} ({}): the first packets behind a cut are decoded without those before "
        "them and may differ for some hundredths of a second",
        stream.index, codec));
  }
  return {};
}

// Those of the clips, where their parts begin and end now.
void FfmpegModuleCopy::AddChapters() {
  const AVFormatContext& format = demuxer_->format();
  std::vector<AVChapter*> kept;
  for (unsigned i = 0; i < format.nb_chapters; ++i) {
    const AVChapter& chapter = *format.chapters[i];
    const std::int64_t begin = av_rescale_q(chapter.start, chapter.time_base, plan_.time_base);
    const std::int64_t end = av_rescale_q(chapter.end, chapter.time_base, plan_.time_base);
    AVChapter* copy = nullptr;
    for (const CopyRange& range : plan_.ranges) {
      if (end <= range.begin || begin >= range.end) continue;
      const std::int64_t shift = range.output_begin - range.begin;
      if (copy == nullptr) {
        copy = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
        if (copy == nullptr) return;
        copy->id = chapter.id;
        copy->time_base = plan_.time_base;
        copy->start = std::max(begin, range.begin) + shift;
        av_dict_copy(&copy->metadata, chapter.metadata, 0);
        kept.push_back(copy);
      }
      copy->end = std::min(end, range.end) + shift;
    }
  }
  for (AVChapter* const chapter : kept) {
    AVFormatContext& output = muxer_->format();
    auto n = static_cast<int>(output.nb_chapters);
    av_dynarray_add(static_cast<void*>(&output.chapters), &n, chapter);
    output.nb_chapters = static_cast<unsigned>(n);
  }
}

Result<void> FfmpegModuleCopy::WriteHeader() {
  TM_TRY(muxer_->WriteHeader(kMovieRateHz));
  for (const Track& track : tracks_) {
    const AVStream& stream = *demuxer_->format().streams[track.in];
    if (!track.is_cover || av_packet_ref(packet_.get(), &stream.attached_pic) < 0) continue;
    packet_->stream_index = track.out;
    packet_->pts = packet_->dts = 0;
    TM_TRY(muxer_->Write(*packet_));
  }
  return {};
}

}  // namespace tidemark::io
