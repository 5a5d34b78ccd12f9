// How a FfmpegModuleCopy makes its output: streams, tags, chapters, header.
#include "io/ffmpeg_module_copy.h"

extern "C" {
#include <libavutil/mem.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "io/ffmpeg_module_metadata.h"
#include "io/ffmpeg_module_streams.h"
#include "io/ffmpeg_module_tags.h"

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
    if (type == AVMEDIA_TYPE_SUBTITLE) {
      TM_TRY(AddSubtitles(stream.index));
    } else if (type == AVMEDIA_TYPE_VIDEO && !IsVideo(stream) &&
               !IsPictureStream(stream.codecpar->codec_id)) {
      KeepPicture(stream);
    } else if (type == AVMEDIA_TYPE_AUDIO || type == AVMEDIA_TYPE_VIDEO) {
      TM_TRY(AddStream(stream));
    }
  }
  AVFormatContext& output = muxer_->format();
  TM_TRY(CopyAttachments(format, output, notes_));
  NoteLostRotation(format, *output.oformat, notes_);
  av_dict_copy(&output.metadata, format.metadata, 0);
  av_dict_set(&output.metadata, "encoder", nullptr, 0);
  if (!tracks_.empty()) return {};
  return Fail(ErrorCode::kUsage,
              fmt::format("a {} file takes none of the streams of {}; choose another container",
                          container_->name, Printable(spec_.input_path)));
}

// Cut to the ranges of the plan, by the clock of the leader.
Result<void> FfmpegModuleCopy::AddSubtitles(int stream) {
  if (subtitles_ == nullptr) {
    const double unit_s = av_q2d(plan_.time_base);
    const std::int64_t origin = std::llround(demuxer_->origin_s().Seconds({1, 1}) / unit_s);
    subtitle_spec_.input_path = spec_.input_path;
    subtitle_spec_.timebase = ToTimebase(plan_.time_base);
    for (const CopyRange& range : plan_.ranges) {
      subtitle_spec_.clips.push_back({range.begin - origin, range.end - origin, 1});
    }
    TM_TRY_ASSIGN(subtitles_, Subtitles::Create(subtitle_spec_, *muxer_, spec_.cancellation));
  }
  subtitles_->Add(stream, notes_);
  return {};
}

// Whether the container has a picture of this codec as one of its streams.
bool FfmpegModuleCopy::IsPictureStream(AVCodecID codec) const {
  if (container_->cover != OutputContainer::Cover::kPicture) return false;
  const AVFormatContext& output = muxer_->format();
  if (!IsMp4(*container_)) {
    return avformat_query_codec(output.oformat, codec, FF_COMPLIANCE_NORMAL) != 0;
  }
  return (output.pb->seekable & AVIO_SEEKABLE_NORMAL) != 0 &&
         (codec == AV_CODEC_ID_MJPEG || codec == AV_CODEC_ID_PNG);
}

void FfmpegModuleCopy::KeepPicture(const AVStream& stream) {
  if (stream.attached_pic.size <= 0) return;
  if (!cover_.cover.empty()) {
    notes_.push_back(fmt::format("picture {} was left out, as a {} file takes one", stream.index,
                                 container_->name));
    return;
  }
  const auto* const bytes = reinterpret_cast<const std::byte*>(stream.attached_pic.data);
  cover_.cover.assign(bytes, bytes + stream.attached_pic.size);
  cover_.cover_mime = MimeOf(stream.codecpar->codec_id);
}

Result<void> FfmpegModuleCopy::AddStream(const AVStream& stream) {
  AVFormatContext& output = muxer_->format();
  const AVCodecParameters& from = *stream.codecpar;
  const char* const codec = avcodec_get_name(from.codec_id);
  const bool is_cover = from.codec_type == AVMEDIA_TYPE_VIDEO && !IsVideo(stream);
  if (!is_cover && avformat_query_codec(output.oformat, from.codec_id, FF_COMPLIANCE_NORMAL) == 0) {
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
  track.is_cover = is_cover;
  // The stamps of Matroska count from the first packet of Opus: see AudioTrack.
  if (from.codec_id == AV_CODEC_ID_OPUS && IsMatroska(output)) {
    track.delay = av_rescale_q(copy->codecpar->initial_padding, {1, 48'000}, stream.time_base);
  }
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
  OutputMetadata metadata(cover_, *container_, muxer_->format());
  std::string warning;
  TM_TRY(metadata.AddToHeader(Printable(spec_.output_path), &warning));
  if (!warning.empty()) notes_.push_back(warning);
  TM_TRY(muxer_->WriteHeader(kMovieRateHz));
  TM_TRY(metadata.WriteCover(*muxer_));
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
