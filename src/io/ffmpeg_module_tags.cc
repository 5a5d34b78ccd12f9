#include "io/ffmpeg_module_tags.h"

extern "C" {
#include <libavutil/dict.h>
}

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "io/ffmpeg_encoder.h"
#include "io/ffmpeg_module_input.h"

namespace tidemark::io {
namespace {

// What describes the file that was, not the recording.
constexpr std::array kOfTheFile = std::to_array<std::string_view>(
    {"major_brand", "minor_version", "compatible_brands", "encoder", "creation_time", "itunsmpb",
     "itunnorm", "handler_name", "vendor_id", "duration", "tlen", "bps", "number_of_frames",
     "number_of_bytes", "encoding_params", "encoded_by_tool", "metadata_block_picture",
     "waveformatextensible_channel_mask", "timecode"});

bool IsOfTheFile(std::string_view key) {
  const std::string lower = LowerCase(key);
  if (lower.starts_with("_statistics_") || lower.starts_with("id3v2_priv.")) return true;
  return std::find(kOfTheFile.begin(), kOfTheFile.end(), lower) != kOfTheFile.end();
}

void AddTags(const AVDictionary* metadata, std::size_t* n_bytes, MediaTags* tags) {
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(metadata, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    const std::string_view key = entry->key;
    const std::string_view value = entry->value;
    if (IsOfTheFile(key) || value.empty() || *n_bytes + key.size() + value.size() > kMaxTagBytes) {
      continue;
    }
    const bool has = std::any_of(tags->tags.begin(), tags->tags.end(),
                                 [&](const auto& tag) { return tag.first == key; });
    if (has) continue;
    *n_bytes += key.size() + value.size();
    tags->tags.emplace_back(key, value);
  }
}

// Where the file does not say: where the next one begins, or the file ends.
double ChapterEnd(const AVFormatContext& format, std::size_t i) {
  const AVChapter& chapter = *format.chapters[i];
  if (chapter.end != AV_NOPTS_VALUE) {
    return static_cast<double>(chapter.end) * av_q2d(chapter.time_base);
  }
  if (i + 1 < format.nb_chapters) {
    const AVChapter& next = *format.chapters[i + 1];
    return static_cast<double>(next.start) * av_q2d(next.time_base);
  }
  double end_s = static_cast<double>(std::max<std::int64_t>(format.duration, 0)) / AV_TIME_BASE;
  for (unsigned s = 0; s < format.nb_streams; ++s) {
    const AVStream& stream = *format.streams[s];
    const auto duration = static_cast<double>(std::max<std::int64_t>(stream.duration, 0));
    end_s = std::max(end_s, duration * av_q2d(stream.time_base));
  }
  return end_s;
}

void AddChapters(const AVFormatContext& format, std::size_t* n_bytes, MediaTags* tags) {
  const std::size_t n = std::min<std::size_t>(format.nb_chapters, kMaxChapters);
  for (std::size_t i = 0; i < n; ++i) {
    const AVChapter& from = *format.chapters[i];
    const double tick_s = av_q2d(from.time_base);
    Chapter chapter;
    chapter.begin_s = static_cast<double>(from.start) * tick_s;
    chapter.end_s = std::max(chapter.begin_s, ChapterEnd(format, i));
    const AVDictionaryEntry* const title = av_dict_get(from.metadata, "title", nullptr, 0);
    if (title != nullptr) chapter.title = title->value;
    if (*n_bytes + chapter.title.size() > kMaxTagBytes) return;
    *n_bytes += chapter.title.size();
    tags->chapters.push_back(std::move(chapter));
  }
}

bool IsFrontCover(const AVStream& stream) {
  const AVDictionaryEntry* const kind = av_dict_get(stream.metadata, "comment", nullptr, 0);
  return kind != nullptr && std::string_view(kind->value) == "Cover (front)";
}

void AddCover(const AVFormatContext& format, MediaTags* tags) {
  const AVStream* best = nullptr;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const AVStream& stream = *format.streams[i];
    const bool is_picture = (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    if (!is_picture || stream.attached_pic.size <= 0) continue;
    if (best == nullptr || (IsFrontCover(stream) && !IsFrontCover(*best))) best = &stream;
  }
  if (best == nullptr || static_cast<std::size_t>(best->attached_pic.size) > kMaxCoverBytes) return;
  const auto* const bytes = reinterpret_cast<const std::byte*>(best->attached_pic.data);
  tags->cover.assign(bytes, bytes + best->attached_pic.size);
  tags->cover_mime = MimeOf(best->codecpar->codec_id);
}

}  // namespace

const char* MimeOf(AVCodecID codec) {
  switch (codec) {
    case AV_CODEC_ID_PNG:
      return "image/png";
    case AV_CODEC_ID_GIF:
      return "image/gif";
    case AV_CODEC_ID_BMP:
      return "image/bmp";
    case AV_CODEC_ID_WEBP:
      return "image/webp";
    case AV_CODEC_ID_TIFF:
      return "image/tiff";
    default:
      return "image/jpeg";
  }
}

Result<MediaTags> ReadTags(const FfmpegRequest& request) {
  std::unique_ptr<FormatInput> input;
  TM_TRY_ASSIGN(input, FormatInput::Create(*request.bytes, request.path));
  const AVFormatContext& format = input->format();
  MediaTags tags;
  std::size_t n_bytes = 0;
  AddTags(format.metadata, &n_bytes, &tags);
  // Ogg has its comments in the streams.
  if (std::string_view(format.iformat->name) == "ogg") {
    for (unsigned i = 0; i < format.nb_streams; ++i) {
      const AVStream& stream = *format.streams[i];
      if (stream.codecpar->codec_type != AVMEDIA_TYPE_AUDIO) continue;
      AddTags(stream.metadata, &n_bytes, &tags);
      break;
    }
  }
  AddChapters(format, &n_bytes, &tags);
  AddCover(format, &tags);
  return tags;
}

}  // namespace tidemark::io
