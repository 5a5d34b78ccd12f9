// How a FfmpegModuleCopy makes its output: streams, tags, chapters, header.
#include "io/ffmpeg_module_copy.h"

extern "C" {
#include <libavutil/mem.h>
}

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "io/ffmpeg_module_feed.h"
#include "io/ffmpeg_module_streams.h"
#include "io/ffmpeg_module_video_encoder.h"
#include "io/write_error.h"

namespace tidemark::io {
namespace {

bool IsAudio(AVMediaType type) { return type == AVMEDIA_TYPE_AUDIO; }

}  // namespace

Result<void> FfmpegModuleCopy::OpenOutput() {
  const std::string& path = spec_.output_path;
  struct stat status{};
  const bool exists = stat(path.c_str(), &status) == 0;
  struct stat input{};
  if (exists && stat(spec_.input_path.c_str(), &input) == 0 && input.st_ino == status.st_ino &&
      input.st_dev == status.st_dev) {
    return Fail(ErrorCode::kUsage, Printable(path) + ": is the input; write to another file");
  }
  if (exists && !spec_.overwrite) {
    return Fail(ErrorCode::kUsage,
                Printable(path) + ": exists; choose another name or give --overwrite");
  }
  if (exists && !S_ISREG(status.st_mode)) {
    return Fail(ErrorCode::kUsage, Printable(path) + ": --copy writes to a regular file only");
  }
  const std::string name = spec_.container.empty() ? path : "x." + spec_.container;
  const AVOutputFormat* const container = av_guess_format(nullptr, name.c_str(), nullptr);
  if (container == nullptr) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: FFmpeg knows no container of that name", Printable(name)));
  }
  if (avformat_alloc_output_context2(&output_, container, nullptr, path.c_str()) < 0) {
    return Fail(ErrorCode::kMemory, Printable(path) + ": no memory for FFmpeg");
  }
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
  CopyAttachments(format, *output_, notes_);
  av_dict_copy(&output_->metadata, format.metadata, 0);
  av_dict_set(&output_->metadata, "encoder", nullptr, 0);
  if (!tracks_.empty()) return {};
  return Fail(ErrorCode::kUsage,
              fmt::format("a {} file takes none of the streams of {}; choose another container",
                          output_->oformat->name, Printable(spec_.input_path)));
}

Result<void> FfmpegModuleCopy::AddStream(const AVStream& stream) {
  const AVCodecParameters& from = *stream.codecpar;
  const char* const codec = avcodec_get_name(from.codec_id);
  if (avformat_query_codec(output_->oformat, from.codec_id, FF_COMPLIANCE_NORMAL) == 0) {
    if (from.codec_type == AVMEDIA_TYPE_SUBTITLE || !(IsVideo(stream) || IsAudio(from.codec_type))) {
      notes_.push_back(fmt::format("stream {} ({}) was left out, as a {} file takes none",
                                   stream.index, codec, output_->oformat->name));
      return {};
    }
    return Fail(ErrorCode::kUsage,
                fmt::format("a {} file takes no {}; choose another container, or cut without --copy",
                            output_->oformat->name, codec));
  }
  AVStream* const copy = avformat_new_stream(output_, nullptr);
  if (copy == nullptr || avcodec_parameters_copy(copy->codecpar, &from) < 0) {
    return Fail(ErrorCode::kMemory, "no memory for a stream");
  }
  // The tag stays where the container has that one for this codec.
  const AVCodecTag* const* const tags = output_->oformat->codec_tag;
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
    auto n = static_cast<int>(output_->nb_chapters);
    av_dynarray_add(&output_->chapters, &n, chapter);
    output_->nb_chapters = static_cast<unsigned>(n);
  }
}

Result<void> FfmpegModuleCopy::WriteHeader() {
  const std::string& path = spec_.output_path;
  temporary_path_ = fmt::format("{}.{}.part", path, getpid());
  int code = avio_open2(&output_->pb, ("file:" + temporary_path_).c_str(), AVIO_FLAG_WRITE, nullptr,
                        nullptr);
  if (code < 0) {
    temporary_path_.clear();
    return CannotWrite(path, -code);
  }
  code = avformat_write_header(output_, nullptr);
  if (output_->pb->error < 0) return CannotWrite(path, -output_->pb->error);
  if (code < 0) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: a {} file does not take these streams as they are ({}); choose "
                            "another container, or cut without --copy",
                            Printable(path), output_->oformat->name, DescribeAvError(code)));
  }
  for (Track& track : tracks_) {
    const AVStream& stream = *demuxer_->format().streams[track.in];
    if (!track.is_cover) continue;
    if (av_packet_ref(packet_.get(), &stream.attached_pic) < 0) continue;
    packet_->stream_index = track.out;
    packet_->pts = packet_->dts = 0;
    TM_TRY(WritePacket(*output_, *packet_));
  }
  return {};
}

}  // namespace tidemark::io
