#include "io/ffmpeg_module_streams.h"

extern "C" {
#include <libavutil/dict.h>
#include <libavutil/display.h>
}

#include <fcntl.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "io/ffmpeg_module_demuxer.h"
#include "io/ffmpeg_module_errors.h"
#include "io/ffmpeg_module_feed.h"
#include "io/ffmpeg_module_input.h"
#include "io/file_stream.h"

namespace tidemark::io {
namespace {

// What QuickTime calls the track that its chapters' titles stand in.
constexpr std::uint32_t kChapterText = MKTAG('t', 'e', 'x', 't');

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

AVStream* CopyStream(const AVStream& stream, AVFormatContext& to) {
  AVStream* const copy = avformat_new_stream(&to, nullptr);
  if (copy == nullptr || avcodec_parameters_copy(copy->codecpar, stream.codecpar) < 0) {
    return nullptr;
  }
  CopyStreamFacts(stream, *copy);
  return copy;
}

Result<LayoutPointer> CopyLayout(const AVFormatContext& format, const std::string& path) {
  LayoutPointer layout(avformat_alloc_context());
  bool copied = layout != nullptr;
  for (unsigned i = 0; copied && i < format.nb_streams; ++i) {
    copied = CopyStream(*format.streams[i], *layout) != nullptr;
  }
  if (copied) return layout;
  return Fail(ErrorCode::kMemory, fmt::format("{}: no memory for its streams", Printable(path)));
}

}  // namespace

Result<LayoutPointer> ReadLayout(const std::string& path, const Cancellation* cancellation) {
  std::unique_ptr<Demuxer> input;
  TM_TRY_ASSIGN(input, Demuxer::Open(path, cancellation, Demuxer::Use::kAudio));
  return CopyLayout(input->format(), path);
}

Result<LayoutPointer> ReadMatroskaLayout(const std::string& path) {
  constexpr std::array kEbml = {std::byte{0x1A}, std::byte{0x45}, std::byte{0xDF}, std::byte{0xA3}};
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    return Fail(ErrorCode::kNoInput, fmt::format("{}: cannot be opened ({})", Printable(path),
                                                 DescribeAvError(AVERROR(errno))));
  }
  std::unique_ptr<FileStream> bytes;
  TM_TRY_ASSIGN(bytes, FileStream::Create(std::move(fd), path));
  std::array<std::byte, 4> begin{};
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, bytes->Read(begin));
  if (n < begin.size() || begin != kEbml) return nullptr;
  TM_TRY(bytes->Seek(0));
  std::unique_ptr<FormatInput> input;
  TM_TRY_ASSIGN(input, FormatInput::Create(*bytes, path));
  return CopyLayout(input->format(), path);
}

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

Result<void> CopyAttachments(const AVFormatContext& from, AVFormatContext& to,
                             std::vector<std::string>& notes) {
  const bool held = std::string_view(to.oformat->name) == "matroska";
  for (unsigned i = 0; i < from.nb_streams; ++i) {
    const AVStream& stream = *from.streams[i];
    const AVMediaType type = stream.codecpar->codec_type;
    if (type == AVMEDIA_TYPE_ATTACHMENT && held) {
      AVStream* const copy = CopyStream(stream, to);
      if (copy == nullptr) return Fail(ErrorCode::kMemory, "no memory for an attachment");
      copy->codecpar->codec_tag = 0;
    } else if (type == AVMEDIA_TYPE_ATTACHMENT) {
      notes.push_back(
          fmt::format("attachment {} was left out, as a {} file holds none", i, to.oformat->name));
    } else if (type == AVMEDIA_TYPE_DATA && stream.codecpar->codec_tag == kChapterText) {
      continue;  // the chapters are kept as such
    } else if (type == AVMEDIA_TYPE_DATA || type == AVMEDIA_TYPE_UNKNOWN) {
      notes.push_back(fmt::format("data stream {} ({}) was left out", i,
                                  avcodec_get_name(stream.codecpar->codec_id)));
    }
  }
  return {};
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
