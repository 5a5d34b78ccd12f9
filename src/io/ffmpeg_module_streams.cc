#include "io/ffmpeg_module_streams.h"

extern "C" {
#include <libavutil/dict.h>
#include <libavutil/display.h>
}

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstring>
#include <string_view>

namespace tidemark::io {
namespace {

// Tags that would be wrong of a cut or newly encoded stream, by their beginnings.
constexpr std::array<std::string_view, 9> kStaleTags = {
    "encoder",         "ENCODER",     "DURATION",  "BPS",   "NUMBER_OF_FRAMES",
    "NUMBER_OF_BYTES", "_STATISTICS", "vendor_id", "rotate"};

bool IsStale(std::string_view tag) {
  for (const std::string_view stale : kStaleTags) {
    if (tag.substr(0, stale.size()) == stale) return true;
  }
  return false;
}

}  // namespace

void CopyStreamFacts(const AVStream& from, AVStream& to) {
  const AVDictionaryEntry* tag = nullptr;
  while ((tag = av_dict_get(from.metadata, "", tag, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    if (!IsStale(tag->key)) av_dict_set(&to.metadata, tag->key, tag->value, 0);
  }
  to.disposition = from.disposition;
  for (const AVPacketSideDataType type :
       {AV_PKT_DATA_DISPLAYMATRIX, AV_PKT_DATA_STEREO3D, AV_PKT_DATA_SPHERICAL,
        AV_PKT_DATA_MASTERING_DISPLAY_METADATA, AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
        AV_PKT_DATA_AUDIO_SERVICE_TYPE, AV_PKT_DATA_REPLAYGAIN}) {
    std::size_t size = 0;
    const std::uint8_t* const data = av_stream_get_side_data(&from, type, &size);
    if (data == nullptr) continue;
    std::uint8_t* const copy = av_stream_new_side_data(&to, type, size);
    if (copy != nullptr) std::memcpy(copy, data, size);
  }
}

void CopyAttachments(const AVFormatContext& from, AVFormatContext& to,
                     std::vector<std::string>& notes) {
  const bool held = std::string_view(to.oformat->name) == "matroska";
  for (unsigned i = 0; i < from.nb_streams; ++i) {
    const AVStream& stream = *from.streams[i];
    const AVMediaType type = stream.codecpar->codec_type;
    if (type == AVMEDIA_TYPE_ATTACHMENT && held) {
      AVStream* const copy = avformat_new_stream(&to, nullptr);
      if (copy == nullptr || avcodec_parameters_copy(copy->codecpar, stream.codecpar) < 0) return;
      copy->codecpar->codec_tag = 0;
      CopyStreamFacts(stream, *copy);
    } else if (type == AVMEDIA_TYPE_ATTACHMENT) {
      notes.push_back(
          fmt::format("attachment {} was left out, as a {} file holds none", i, to.oformat->name));
    } else if (type == AVMEDIA_TYPE_DATA || type == AVMEDIA_TYPE_UNKNOWN) {
      notes.push_back(fmt::format("data stream {} ({}) was left out", i,
                                  avcodec_get_name(stream.codecpar->codec_id)));
    }
  }
}

void NoteLostRotation(const AVFormatContext& from, const AVOutputFormat& container,
                      std::vector<std::string>& notes) {
  // FFmpeg 5.1 writes a display matrix into QuickTime's family alone.
  const std::string_view name = container.name;
  if (name == "mov" || name == "mp4" || name == "ipod" || name == "3gp" || name == "3g2" ||
      name == "f4v" || name == "psp" || name == "ismv") {
    return;
  }
  for (unsigned i = 0; i < from.nb_streams; ++i) {
    std::size_t size = 0;
    const std::uint8_t* const matrix =
        av_stream_get_side_data(from.streams[i], AV_PKT_DATA_DISPLAYMATRIX, &size);
    std::int32_t values[9];
    if (matrix == nullptr || size < sizeof values) continue;
    std::memcpy(values, matrix, sizeof values);
    const double degrees = av_display_rotation_get(values);
    if (std::isnan(degrees) || std::round(degrees) == 0) continue;
    notes.push_back(
        fmt::format("video stream {} is turned by {:.0f} degrees, which a {} file cannot say: it "
                    "plays unturned; "
                    "MP4 and MOV keep it",
                    i, degrees, name));
  }
}

}  // namespace tidemark::io
