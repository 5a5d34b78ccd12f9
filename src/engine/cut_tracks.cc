#include "engine/cut_tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "io/output_container.h"
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

std::string_view NameOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool IsWav(std::string_view container) {
  return container == "wav" || container == "wave" || container == "rf64" || container == "bwf";
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

// The width of a track as wide as a source of `bits` (0: not known), for a codec, or for the one
// that a container prefers. 0 where the codec says it.
int WidthFor(std::string_view codec, bool is_named, int bits) {
  const bool is_pcm = codec.starts_with("pcm_");
  if (bits == 0 || (is_pcm && is_named)) return 0;
  const int whole_bytes = (bits + 7) / 8 * 8;
  return is_pcm ? whole_bytes : std::clamp(whole_bytes, 16, 24);  // what FLAC and its like have
}

}  // namespace

std::string ContainerOf(const CutOutput& output) {
  if (!output.container.empty()) return LowerCase(output.container);
  if (output.path == "-") return "wav";
  const std::string_view name = NameOf(output.path);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? "" : LowerCase(name.substr(dot + 1));
}

bool IsPlainWav(const CutOutput& output) {
  if (!IsWav(ContainerOf(output))) return false;
  return output.audio_codec.empty() ||
         std::ranges::find(kWavCodecs, std::string_view(output.audio_codec),
                           [](const auto& row) { return row.first; }) != kWavCodecs.end();
}

std::size_t TracksOf(const CutOutput& output, const CutMedia& media) {
  return IsPlainWav(output) ? 1 : media.n_streams();
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
  track.bits = output.bits;
  track.bit_rate_bps = output.bit_rate_bps;
  // What already fits is left alone, so this is for fades, speeds and sources of more bits.
  track.dither = true;
  if (known != nullptr) track.language = known->language;
  const std::string codec = known != nullptr ? known->codec : info.encoding;
  const io::OutputContainer* const container = io::FindContainer(ContainerOf(output));
  const bool is_held = container != nullptr && io::Holds(*container, codec);
  // Where another width is asked for, the container's own PCM of that width.
  const bool is_kept =
      track.codec.empty() && is_held && !(output.bits > 0 && codec.starts_with("pcm_"));
  if (is_kept) track.codec = codec;
  const std::string_view written = !track.codec.empty()   ? std::string_view(track.codec)
                                   : container != nullptr ? std::string_view(container->codecs)
                                                          : std::string_view();
  if (track.bits == 0) track.bits = WidthFor(written, !track.codec.empty(), BitsOf(media, stream));
  const bool lossless = codec == "flac" || codec == "alac" || codec == "wavpack" ||
                        codec == "tta" || codec.starts_with("pcm_");
  if (is_kept && track.bit_rate_bps == 0 && known != nullptr && !lossless) {
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
