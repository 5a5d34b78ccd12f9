#include "io/output_container.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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

}  // namespace

const OutputContainer* FindContainer(std::string_view name) {
  const auto* const found = std::ranges::find(kContainers, name, &OutputContainer::name);
  return found == kContainers.end() ? nullptr : found;
}

Result<const OutputContainer*> FindOutputContainer(const EncodeSpec& spec) {
  std::string wanted = LowerCase(spec.container);
  if (wanted.empty()) {
    const std::size_t slash = spec.path.rfind('/');
    const std::size_t dot = spec.path.rfind('.');
    const bool has = dot != std::string::npos && (slash == std::string::npos || dot > slash);
    if (has) wanted = LowerCase(std::string_view(spec.path).substr(dot + 1));
  }
  if (const OutputContainer* const found = FindContainer(wanted); found != nullptr) return found;
  std::string list;
  for (const OutputContainer& container : kContainers) {
    list += list.empty() ? container.name : std::string(", ") + container.name;
  }
  return Fail(
      ErrorCode::kUsage,
      fmt::format("{}: {} is no container that can be written; there are {}", Printable(spec.path),
                  wanted.empty() ? "a name without an extension" : Printable(wanted), list));
}

bool Holds(const OutputContainer& container, std::string_view codec) {
  std::string_view list = container.codecs;
  while (!list.empty()) {
    const std::size_t n = std::min(list.find(' '), list.size());
    if (list.substr(0, n) == codec) return true;
    list.remove_prefix(std::min(n + 1, list.size()));
  }
  return false;
}

}  // namespace tidemark::io
