#include "io/mpeg_audio_frame.h"

#include <array>

#include "io/header_fields.h"

namespace tidemark::io {
namespace {

// kbit/s by [row][index]; rows: MPEG 1 layers I, II, III, then MPEG 2/2.5 layer I, layers II and
// III. Index 0 is free format, 15 is forbidden (ISO 11172-3 table 2.4.2.3, 13818-3 table 2.4.2.3).
constexpr std::array<std::array<std::int16_t, 15>, 5> kBitratesKbps = {{
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
}};
constexpr std::array<int, 3> kMpeg1RatesHz = {44'100, 48'000, 32'000};

std::uint32_t BigEndian32(std::span<const std::byte> bytes, std::size_t at) {
  return ReadUnsigned<std::uint32_t>(bytes, at, ByteOrder::kBig);
}

}  // namespace

std::optional<MpegAudioFrame> ParseMpegAudioFrame(std::span<const std::byte> bytes) {
  if (bytes.size() < kMpegHeaderBytes) return std::nullopt;
  const std::uint32_t word = BigEndian32(bytes, 0);
  const std::uint32_t version = word >> 19 & 3;  // 0 = 2.5, 1 = reserved, 2 = 2, 3 = 1
  const std::uint32_t layer_bits = word >> 17 & 3;
  const std::uint32_t bitrate_index = word >> 12 & 15;
  const std::uint32_t rate_index = word >> 10 & 3;
  const std::uint32_t padding = word >> 9 & 1;
  const std::uint32_t mode = word >> 6 & 3;
  const std::uint32_t emphasis = word & 3;
  if (word >> 21 != 0x7FF || version == 1 || layer_bits == 0 || bitrate_index == 0 ||
      bitrate_index == 15 || rate_index == 3 || emphasis == 2) {
    return std::nullopt;
  }
  const bool is_mpeg1 = version == 3;
  MpegAudioFrame frame;
  frame.layer = 4 - static_cast<int>(layer_bits);
  const int rate_divider = is_mpeg1 ? 1 : version == 2 ? 2 : 4;
  frame.sample_rate_hz = kMpeg1RatesHz[rate_index] / rate_divider;
  frame.channels = mode == 3 ? 1 : 2;
  const auto row = static_cast<std::size_t>(is_mpeg1 ? frame.layer - 1 : frame.layer == 1 ? 3 : 4);
  const int bitrate_bps = kBitratesKbps[row][bitrate_index] * 1000;
  if (frame.layer == 1) {
    frame.n_samples = 384;
    frame.n_bytes = (12 * bitrate_bps / frame.sample_rate_hz + static_cast<int>(padding)) * 4;
  } else {
    frame.n_samples = frame.layer == 3 && !is_mpeg1 ? 576 : 1152;
    frame.n_bytes =
        frame.n_samples / 8 * bitrate_bps / frame.sample_rate_hz + static_cast<int>(padding);
  }
  frame.side_info_bytes =
      is_mpeg1 ? (frame.channels == 1 ? 17 : 32) : (frame.channels == 1 ? 9 : 17);
  return frame;
}

// Xing: "Xing" or "Info" right behind the side information, then flags (bit 0: a frame count
// follows, bit 1: a byte count), then the counts. VBRI: "VBRI" 32 bytes behind the header, the
// byte count 10 and the frame count 14 bytes further.
std::optional<MpegDeclaration> ParseMpegDeclaration(std::span<const std::byte> bytes) {
  const auto frame = ParseMpegAudioFrame(bytes);
  if (!frame || frame->layer != 3) return std::nullopt;
  MpegDeclaration declaration;
  const auto xing = kMpegHeaderBytes + static_cast<std::size_t>(frame->side_info_bytes);
  const bool is_xing = HasText(bytes, xing, "Xing") || HasText(bytes, xing, "Info");
  if (is_xing && bytes.size() >= xing + 16) {
    const std::uint32_t flags = BigEndian32(bytes, xing + 4);
    const bool counts_frames = (flags & 1) != 0;
    if (counts_frames) declaration.n_frames = BigEndian32(bytes, xing + 8);
    if ((flags & 2) != 0) declaration.n_bytes = BigEndian32(bytes, xing + (counts_frames ? 12 : 8));
    return declaration;
  }
  constexpr std::size_t kVbri = kMpegHeaderBytes + 32;
  if (HasText(bytes, kVbri, "VBRI") && bytes.size() >= kVbri + 18) {
    declaration.n_bytes = BigEndian32(bytes, kVbri + 10);
    declaration.n_frames = BigEndian32(bytes, kVbri + 14);
    return declaration;
  }
  return std::nullopt;
}

}  // namespace tidemark::io
