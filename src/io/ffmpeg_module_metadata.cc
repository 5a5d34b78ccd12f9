#include "io/ffmpeg_module_metadata.h"

extern "C" {
#include <libavutil/base64.h>
#include <libavutil/dict.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>
#include <utility>

#include "io/ffmpeg_encoder.h"
#include "io/ffmpeg_module_image_size.h"
#include "io/ffmpeg_module_settings.h"

namespace tidemark::io {
namespace {

using Cover = OutputContainer::Cover;
using Chapters = OutputContainer::Chapters;

// A picture in a Vorbis comment grows by a third, and libavformat holds it three times.
constexpr std::size_t kMaxCommentCoverBytes = std::size_t{4} << 20;
constexpr AVRational kMicroseconds{1, 1'000'000};

// Names that libavformat's MP4 muxer knows what to do with.
constexpr const char* kMp4Tags =
    " title artist album_artist composer album date comment genre copyright grouping lyrics "
    "description synopsis show episode_id network keywords episode_sort season_number media_type "
    "hd_video gapless_playback compilation track disc tmpo sort_name sort_artist "
    "sort_album_artist sort_album sort_composer sort_show performer encoder encoded_by location ";

void AppendBig(std::string& out, std::size_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> static_cast<unsigned>(shift) & 0xFFU));
  }
}

AVChapter* MakeChapter(const Chapter& chapter, std::int64_t id) {
  auto* const made = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
  if (made == nullptr) return nullptr;
  made->id = id;
  made->time_base = kMicroseconds;
  made->start = std::llround(std::max(chapter.begin_s, 0.0) * 1e6);
  made->end = std::max<std::int64_t>(std::llround(chapter.end_s * 1e6), made->start);
  if (!chapter.title.empty()) av_dict_set(&made->metadata, "title", chapter.title.c_str(), 0);
  return made;
}

// CHAPTER000=00:00:00.000 and CHAPTER000NAME=..., the extension that players agreed on.
void AddChapterComment(const Chapter& chapter, std::size_t i, AVDictionary** out) {
  const std::int64_t ms = std::llround(std::max(chapter.begin_s, 0.0) * 1000);
  const std::string key = fmt::format("CHAPTER{:03}", i);
  const std::string time = fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60,
                                       ms / 1000 % 60, ms % 1000);
  av_dict_set(out, key.c_str(), time.c_str(), 0);
  if (!chapter.title.empty()) {
    av_dict_set(out, (key + "NAME").c_str(), chapter.title.c_str(), 0);
  }
}

}  // namespace

bool IsMp4(const OutputContainer& container) {
  const std::string_view muxer = container.muxer;
  return muxer == "ipod" || muxer == "mp4";
}

Result<void> OutputMetadata::AddToHeader(const std::string& name, std::string* warning) {
  if (AddTags(warning) && AddChapters(warning) && AddCover(warning)) return {};
  return Fail(ErrorCode::kMemory, fmt::format("{}: no memory for FFmpeg", name));
}

bool OutputMetadata::AddTags(std::string* warning) {
  std::string lost;
  for (const auto& [key, value] : tags_.tags) {
    if (IsMp4(container_) &&
        std::string_view(kMp4Tags).find(" " + key + " ") == std::string_view::npos) {
      lost += lost.empty() ? key : ", " + key;
      continue;
    }
    if (av_dict_set(&format_.metadata, key.c_str(), value.c_str(), 0) < 0) return false;
  }
  if (!lost.empty()) {
    AddWarning(fmt::format("{} has no place for the tags {}", container_.name, lost), warning);
  }
  return true;
}

bool OutputMetadata::AddChapters(std::string* warning) {
  if (tags_.chapters.empty()) return true;
  if (container_.chapters == Chapters::kNone) {
    AddWarning(fmt::format("{} has no place for chapters", container_.name), warning);
    return true;
  }
  if (container_.chapters == Chapters::kComment) {
    for (std::size_t i = 0; i < tags_.chapters.size(); ++i) {
      AddChapterComment(tags_.chapters[i], i, &format_.metadata);
    }
    return true;
  }
  const std::size_t n = tags_.chapters.size();
  format_.chapters = static_cast<AVChapter**>(av_calloc(n, sizeof(AVChapter*)));
  if (format_.chapters == nullptr) return false;
  for (const Chapter& chapter : tags_.chapters) {
    AVChapter* const made = MakeChapter(chapter, static_cast<std::int64_t>(format_.nb_chapters));
    if (made == nullptr) return false;
    format_.chapters[format_.nb_chapters++] = made;
  }
  return true;
}

bool OutputMetadata::AddCover(std::string* warning) {
  if (tags_.cover.empty()) return true;
  const bool as_comment = container_.cover == Cover::kComment;
  const std::size_t most = as_comment ? kMaxCommentCoverBytes : kMaxCoverBytes;
  if (tags_.cover.size() > most) {
    AddWarning(fmt::format("the cover of {} bytes is left out; {} holds {}", tags_.cover.size(),
                           container_.name, most),
               warning);
    return true;
  }
  switch (container_.cover) {
    case Cover::kPicture:
      if (IsMp4(container_) && (format_.pb->seekable & AVIO_SEEKABLE_NORMAL) == 0) {
        AddWarning(fmt::format("the cover is left out, as {} to a pipe has no place for one; "
                               "name a file",
                               container_.name),
                   warning);
        return true;
      }
      return AddPictureStream(warning);
    case Cover::kComment:
      return AddPictureComment();
    case Cover::kAttachment:
      return AddAttachment();
    case Cover::kNone:
      AddWarning(fmt::format("{} has no place for a cover", container_.name), warning);
      return true;
  }
  return true;
}

bool OutputMetadata::AddPictureStream(std::string* warning) {
  const auto size = ReadImageSize(tags_.cover);
  if (!size) {
    AddWarning("the cover is no JPEG or PNG and is left out", warning);
    return true;
  }
  picture_ = avformat_new_stream(&format_, nullptr);
  if (picture_ == nullptr) return false;
  const bool is_png = tags_.cover[0] == std::byte{0x89};
  picture_->codecpar->codec_type = AVMEDIA_TYPE_VIDEO;
  picture_->codecpar->codec_id = is_png ? AV_CODEC_ID_PNG : AV_CODEC_ID_MJPEG;
  picture_->codecpar->width = size->width;
  picture_->codecpar->height = size->height;
  picture_->time_base = AVRational{1, 90'000};
  picture_->disposition = AV_DISPOSITION_ATTACHED_PIC;
  return av_dict_set(&picture_->metadata, "comment", "Cover (front)", 0) >= 0;
}

// The picture block of FLAC (RFC 9639, 8.8) in base64, as Ogg has it.
bool OutputMetadata::AddPictureComment() {
  const ImageSize size = ReadImageSize(tags_.cover).value_or(ImageSize{});
  std::string block;
  AppendBig(block, 3);  // the front cover
  AppendBig(block, tags_.cover_mime.size());
  block += tags_.cover_mime;
  AppendBig(block, 0);  // no description
  AppendBig(block, static_cast<std::size_t>(size.width));
  AppendBig(block, static_cast<std::size_t>(size.height));
  AppendBig(block, 24);
  AppendBig(block, 0);  // no palette
  AppendBig(block, tags_.cover.size());
  block.append(reinterpret_cast<const char*>(tags_.cover.data()), tags_.cover.size());
  std::string text(AV_BASE64_SIZE(block.size()), '\0');
  if (av_base64_encode(text.data(), static_cast<int>(text.size()),
                       reinterpret_cast<const std::uint8_t*>(block.data()),
                       static_cast<int>(block.size())) == nullptr) {
    return false;
  }
  return av_dict_set(&format_.metadata, "METADATA_BLOCK_PICTURE", text.c_str(), 0) >= 0;
}

bool OutputMetadata::AddAttachment() {
  AVStream* const stream = avformat_new_stream(&format_, nullptr);
  if (stream == nullptr) return false;
  const bool is_png = tags_.cover_mime == "image/png";
  AVCodecParameters& parameters = *stream->codecpar;
  parameters.codec_type = AVMEDIA_TYPE_ATTACHMENT;
  parameters.codec_id = is_png ? AV_CODEC_ID_PNG : AV_CODEC_ID_MJPEG;
  parameters.extradata =
      static_cast<std::uint8_t*>(av_mallocz(tags_.cover.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (parameters.extradata == nullptr) return false;
  std::memcpy(parameters.extradata, tags_.cover.data(), tags_.cover.size());
  parameters.extradata_size = static_cast<int>(tags_.cover.size());
  // The name that Matroska's tag specification gives a front cover.
  const char* const file = is_png ? "cover.png" : "cover.jpg";
  return av_dict_set(&stream->metadata, "filename", file, 0) >= 0 &&
         av_dict_set(&stream->metadata, "mimetype", tags_.cover_mime.c_str(), 0) >= 0;
}

Result<void> OutputMetadata::WriteCover(OutputMuxer& muxer) {
  if (picture_ == nullptr) return {};
  AVPacket* packet = av_packet_alloc();
  const bool made =
      packet != nullptr && av_new_packet(packet, static_cast<int>(tags_.cover.size())) >= 0;
  Result<void> done;
  if (made) {
    std::memcpy(packet->data, tags_.cover.data(), tags_.cover.size());
    packet->stream_index = picture_->index;
    packet->flags |= AV_PKT_FLAG_KEY;
    packet->pts = packet->dts = 0;
    done = muxer.WriteAtOnce(*packet);
  } else {
    done = Fail(ErrorCode::kMemory, "no memory for the cover");
  }
  av_packet_free(&packet);
  return done;
}

std::size_t OutputMetadata::held_bytes() const {
  std::size_t n = 0;
  for (const auto& [key, value] : tags_.tags) n += key.size() + value.size() + 64;
  for (const Chapter& chapter : tags_.chapters) n += chapter.title.size() + 256;
  // Twice: once as it is kept, once as the header is put together.
  const std::size_t times = container_.cover == Cover::kComment ? 5 : 2;
  return 2 * n + times * tags_.cover.size();
}

}  // namespace tidemark::io
