#include "engine/cut_tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

#include "io/pcm_store.h"

namespace tidemark::engine {
namespace {

using io::ByteOrder;
using io::SampleEncoding;
using io::SampleKind;

constexpr std::array<std::pair<std::string_view, SampleEncoding>, 6> kWavCodecs = {
    {{"pcm_u8", {SampleKind::kUnsigned, 1, ByteOrder::kLittle}},
     {"pcm_s16le", {SampleKind::kSigned, 2, ByteOrder::kLittle}},
     {"pcm_s24le", {SampleKind::kSigned, 3, ByteOrder::kLittle}},
     {"pcm_s32le", {SampleKind::kSigned, 4, ByteOrder::kLittle}},
     {"pcm_f32le", {SampleKind::kFloat, 4, ByteOrder::kLittle}},
     {"pcm_f64le", {SampleKind::kFloat, 8, ByteOrder::kLittle}}}};

// Encoders by the codecs that they write, where the names differ.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kEncoders = {
    {{"vorbis", "libvorbis"}, {"opus", "libopus"}, {"mp3", "libmp3lame"}, {"mp2", "mp2"}}};

// Containers that hold a codec as their first choice or as well as it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kHolds = {
    {{"flac", "flac"},
     {"ogg", "vorbis opus flac"},
     {"oga", "vorbis opus flac"},
     {"opus", "opus"},
     {"mp3", "mp3"},
     {"m4a", "aac alac"},
     {"mp4", "aac alac mp3 ac3 opus flac"},
     {"mov", "aac alac mp3 ac3"},
     {"mkv", "aac ac3 mp3 opus vorbis flac alac"},
     {"mka", "aac ac3 mp3 opus vorbis flac alac"},
     {"webm", "opus vorbis"},
     {"caf", "alac"}}};

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string_view NameOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool IsWav(std::string_view container) {
  return container == "wav" || container == "wave" || container == "rf64" || container == "bwf";
}

bool Holds(std::string_view container, std::string_view codec) {
  if (codec.starts_with("pcm_"))
    return container == "mkv" || container == "mka" || container == "mov";
  const auto row = std::ranges::find(kHolds, container, [](const auto& r) { return r.first; });
  if (row == kHolds.end()) return false;
  const std::string padded = fmt::format(" {} ", row->second);
  return padded.find(fmt::format(" {} ", codec)) != std::string::npos;
}

// 0: not known, or not a matter of bits.
int BitsOf(const CutMedia& media, std::size_t stream) {
  const io::MediaStream* known = media.audio_stream(stream);
  if (known != nullptr && known->bits > 0) return known->bits;
  const auto extent = media.source(stream).extent();
  if (extent && extent->encoding.kind == SampleKind::kSigned) {
    return static_cast<int>(8 * extent->encoding.n_bytes);
  }
  return media.source(stream).info().bits;
}

}  // namespace

std::string ContainerOf(const CutOutput& output) {
  if (!output.container.empty()) return Lower(output.container);
  if (output.path == "-") return "wav";
  const std::string_view name = NameOf(output.path);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? "" : Lower(std::string(name.substr(dot + 1)));
}

bool IsPlainWav(const CutOutput& output) {
  if (!IsWav(ContainerOf(output))) return false;
  return output.audio_codec.empty() ||
         std::ranges::find(kWavCodecs, std::string_view(output.audio_codec),
                           [](const auto& row) { return row.first; }) != kWavCodecs.end();
}

Result<SampleEncoding> WavEncodingOf(const CutOutput& output, const CutMedia& media) {
  if (!output.audio_codec.empty()) {
    const auto row = std::ranges::find(kWavCodecs, std::string_view(output.audio_codec),
                                       [](const auto& r) { return r.first; });
    return row->second;
  }
  int bits = output.bits;
  if (bits == 0) {
    const auto extent = media.source(0).extent();
    if (extent && io::IsStorable(extent->encoding)) return extent->encoding;
    if (extent && extent->encoding.kind == SampleKind::kFloat) return kWavCodecs[4].second;
    bits = std::clamp((BitsOf(media, 0) + 7) / 8 * 8, 16, 24);
  }
  switch (bits) {
    case 8:
      return kWavCodecs[0].second;
    case 16:
    case 24:
    case 32:
      return kWavCodecs[static_cast<std::size_t>(bits / 8 - 1)].second;
    default:
      return Fail(ErrorCode::kUsage, fmt::format("--bits {}: a WAV has 8, 16, 24 or 32", bits));
  }
}

io::AudioTrackSpec TrackOf(const CutOutput& output, const CutMedia& media, std::size_t stream) {
  const io::SourceInfo& info = media.source(stream).info();
  const io::MediaStream* known = media.audio_stream(stream);
  io::AudioTrackSpec track;
  track.format = info.stream;
  track.codec = output.audio_codec;
  track.bits = output.bits > 0 ? output.bits : BitsOf(media, stream);
  track.bit_rate_bps = output.bit_rate_bps;
  // What already fits is left alone, so this is for fades, speeds and sources of more bits.
  track.dither = true;
  if (known != nullptr) track.language = known->language;
  const std::string codec = known != nullptr ? known->codec : info.encoding;
  if (!output.audio_codec.empty() || !Holds(ContainerOf(output), codec)) return track;
  const auto named = std::ranges::find(kEncoders, std::string_view(codec),
                                       [](const auto& row) { return row.first; });
  track.codec = named == kEncoders.end() ? codec : std::string(named->second);
  const bool lossless = codec == "flac" || codec == "alac" || codec.starts_with("pcm_");
  if (track.bit_rate_bps == 0 && known != nullptr && !lossless) {
    track.bit_rate_bps = known->bit_rate_bps;
  }
  return track;
}

std::string DefaultOutputPath(const std::string& input_path) {
  if (input_path == "-") return "-";
  const std::size_t name = input_path.size() - NameOf(input_path).size();
  const std::size_t dot = input_path.rfind('.');
  if (dot == std::string::npos || dot <= name) return input_path + "_cut";
  return input_path.substr(0, dot) + "_cut" + input_path.substr(dot);
}

}  // namespace tidemark::engine
