#include "io/ffmpeg_module_outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "base/text.h"

namespace tidemark::io {
namespace {

constexpr const char* kLittlePcm =
    "pcm_s16le pcm_u8 pcm_s24le pcm_s32le pcm_f32le pcm_f64le pcm_alaw pcm_mulaw";
constexpr const char* kBigPcm = "pcm_s16be pcm_s8 pcm_s24be pcm_s32be pcm_f32be pcm_f64be";
constexpr const char* kMatroskaCodecs =
    "flac aac opus vorbis mp3 alac ac3 eac3 wavpack tta pcm_s16le pcm_s24le pcm_f32le";

using Cover = OutputContainer::Cover;
using Chapters = OutputContainer::Chapters;
constexpr std::array kContainers = std::to_array<OutputContainer>({
    {"flac", "flac", "flac", true, false, Cover::kPicture, Chapters::kComment, false},
    {"ogg", "ogg", "vorbis opus flac", true, false, Cover::kComment, Chapters::kComment, false},
    {"oga", "oga", "vorbis opus flac", true, false, Cover::kComment, Chapters::kComment, false},
    {"opus", "opus", "opus", true, false, Cover::kComment, Chapters::kComment, false},
    {"mp3", "mp3", "mp3", true, false, Cover::kPicture, Chapters::kNative, false},
    {"m4a", "ipod", "aac alac ac3", true, true, Cover::kPicture, Chapters::kNative, false},
    {"m4b", "ipod", "aac alac ac3", true, true, Cover::kPicture, Chapters::kNative, false},
    {"mp4", "mp4", "aac alac mp3 ac3 eac3 opus flac", true, true, Cover::kPicture,
     Chapters::kNative, false},
    {"m4v", "mp4", "aac alac mp3 ac3 eac3", true, true, Cover::kPicture, Chapters::kNative, false},
    {"mov", "mov", "aac alac mp3 ac3 eac3 pcm_s16le pcm_s24le pcm_s32le pcm_f32le", true, true,
     Cover::kNone, Chapters::kNative, false},
    {"mka", "matroska", kMatroskaCodecs, true, true, Cover::kAttachment, Chapters::kNative, false},
    {"mkv", "matroska", kMatroskaCodecs, true, true, Cover::kAttachment, Chapters::kNative, false},
    {"webm", "webm", "opus vorbis", true, true, Cover::kNone, Chapters::kNative, false},
    {"avi", "avi", "mp3 ac3 pcm_s16le", false, true, Cover::kNone, Chapters::kNone, false},
    {"flv", "flv", "aac mp3", false, true, Cover::kNone, Chapters::kNone, false},
    {"ogv", "ogv", "vorbis opus flac", true, true, Cover::kNone, Chapters::kNone, false},
    {"wav", "wav", kLittlePcm, true, false, Cover::kNone, Chapters::kNone, false},
    {"w64", "w64", kLittlePcm, false, false, Cover::kNone, Chapters::kNone, false},
    {"caf", "caf", "pcm_s16be pcm_s24be pcm_s32be pcm_f32be pcm_f64be pcm_s16le pcm_s24le", false,
     false, Cover::kNone, Chapters::kNone, false},
    {"aiff", "aiff", kBigPcm, false, false, Cover::kPicture, Chapters::kNone, false},
    {"aif", "aiff", kBigPcm, false, false, Cover::kPicture, Chapters::kNone, false},
    {"au", "au", "pcm_s16be pcm_s24be pcm_s32be pcm_f32be pcm_f64be pcm_alaw pcm_mulaw", true,
     false, Cover::kNone, Chapters::kNone, false},
    {"aac", "adts", "aac", true, false, Cover::kNone, Chapters::kNone, true},
    {"ac3", "ac3", "ac3", true, false, Cover::kNone, Chapters::kNone, true},
    {"eac3", "eac3", "eac3", true, false, Cover::kNone, Chapters::kNone, true},
    {"ts", "mpegts", "aac mp3 ac3 eac3", true, true, Cover::kNone, Chapters::kNone, false},
    {"tta", "tta", "tta", false, false, Cover::kNone, Chapters::kNone, false},
    {"wv", "wv", "wavpack", false, false, Cover::kNone, Chapters::kNone, false},
});

// What FFmpeg calls its good encoder, where that is not the codec's name.
constexpr std::array kEncoders = std::to_array<std::pair<const char*, const char*>>({
    {"opus", "libopus"},
    {"vorbis", "libvorbis"},
    {"mp3", "libmp3lame"},
});

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

bool Lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t n = std::min(list.find(' '), list.size());
    if (list.substr(0, n) == word) return true;
    list.remove_prefix(std::min(n + 1, list.size()));
  }
  return false;
}

std::string CommaSeparated(std::string_view list) {
  std::string text;
  for (const char c : list) text += c == ' ' ? std::string(", ") : std::string(1, c);
  return text;
}

// The usual codec, with the width that was asked for where it is PCM.
std::string UsualCodec(const OutputContainer& container, int bits) {
  const std::string_view list = container.codecs;
  std::string usual(list.substr(0, list.find(' ')));
  if (usual.starts_with("pcm_s16") && bits != 0 && bits != 16) {
    std::string wide = fmt::format("pcm_s{}{}", bits, usual.substr(7));
    const char* const eight = usual.ends_with("le") ? "pcm_u8" : "pcm_s8";
    if (bits == 8) return eight;
    if (Lists(list, wide)) return wide;
  }
  return usual;
}

}  // namespace

Result<const OutputContainer*> FindOutputContainer(const EncodeSpec& spec) {
  std::string wanted = Lower(spec.container);
  if (wanted.empty()) {
    const std::size_t slash = spec.path.rfind('/');
    const std::size_t dot = spec.path.rfind('.');
    const bool has = dot != std::string::npos && (slash == std::string::npos || dot > slash);
    if (has) wanted = Lower(std::string_view(spec.path).substr(dot + 1));
  }
  for (const OutputContainer& container : kContainers) {
    if (wanted == container.name) return &container;
  }
  std::string list;
  for (const OutputContainer& container : kContainers) {
    list += list.empty() ? container.name : std::string(", ") + container.name;
  }
  return Fail(
      ErrorCode::kUsage,
      fmt::format("{}: {} is no container that can be written; there are {}", Printable(spec.path),
                  wanted.empty() ? "a name without an extension" : Printable(wanted), list));
}

Result<OutputCodec> FindOutputCodec(const AudioTrackSpec& track, const OutputContainer& container,
                                    const std::string& path) {
  std::string name = track.codec.empty() ? UsualCodec(container, track.bits) : Lower(track.codec);
  for (const auto& [codec, encoder] : kEncoders) {
    if (name == encoder) name = codec;
  }
  if (!Lists(container.codecs, name)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: {} does not go into {}, which holds {}", Printable(path),
                            Printable(name), container.name, CommaSeparated(container.codecs)));
  }
  std::string encoder_name = name;
  for (const auto& [codec, encoder] : kEncoders) {
    if (name == codec) encoder_name = encoder;
  }
  const AVCodec* const encoder = avcodec_find_encoder_by_name(encoder_name.c_str());
  if (encoder == nullptr) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: this FFmpeg was built without {}; choose another codec of {}",
                            Printable(path), encoder_name, CommaSeparated(container.codecs)));
  }
  return OutputCodec{std::move(name), encoder};
}

}  // namespace tidemark::io
