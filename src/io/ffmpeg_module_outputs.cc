#include "io/ffmpeg_module_outputs.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"

namespace tidemark::io {
namespace {

// What FFmpeg calls its good encoder, where that is not the codec's name.
constexpr std::array kEncoders = std::to_array<std::pair<const char*, const char*>>({
    {"opus", "libopus"},
    {"vorbis", "libvorbis"},
    {"mp3", "libmp3lame"},
});

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
    if (Holds(container, wide)) return wide;
  }
  return usual;
}

}  // namespace

Result<OutputCodec> FindOutputCodec(const AudioTrackSpec& track, const OutputContainer& container,
                                    const std::string& path) {
  std::string name =
      track.codec.empty() ? UsualCodec(container, track.bits) : LowerCase(track.codec);
  for (const auto& [codec, encoder] : kEncoders) {
    if (name == encoder) name = codec;
  }
  if (!Holds(container, name)) {
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
