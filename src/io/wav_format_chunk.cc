#include "io/wav_format_chunk.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace tidemark::io {
namespace {

constexpr std::uint16_t kTagPcm = 1;
constexpr std::uint16_t kTagFloat = 3;
constexpr std::uint16_t kTagALaw = 6;
constexpr std::uint16_t kTagMuLaw = 7;
constexpr std::uint16_t kTagExtensible = 0xFFFE;

// The last 14 bytes of KSDATAFORMAT_SUBTYPE_* and of SUBTYPE_AMBISONIC_B_FORMAT_*.
constexpr std::array<std::uint8_t, 14> kPlainTail = {0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80,
                                                     0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71};
constexpr std::array<std::uint8_t, 14> kAmbisonicTail = {0x00, 0x00, 0x21, 0x07, 0xD3, 0x11, 0x86,
                                                         0x44, 0xC8, 0xC1, 0xCA, 0x00, 0x00, 0x00};

bool EndsWith(std::span<const std::byte> guid, std::span<const std::uint8_t> tail) {
  return std::equal(tail.begin(), tail.end(), guid.begin() + 2, guid.end(),
                    [](std::uint8_t a, std::byte b) { return std::byte{a} == b; });
}

Result<SampleKind> KindOf(std::uint16_t tag, std::uint16_t bits) {
  switch (tag) {
    case kTagPcm:
      return bits <= 8 ? SampleKind::kUnsigned : SampleKind::kSigned;
    case kTagFloat:
      return SampleKind::kFloat;
    case kTagALaw:
      return SampleKind::kALaw;
    case kTagMuLaw:
      return SampleKind::kMuLaw;
    default:
      return Fail(ErrorCode::kUnsupported, fmt::format("WAV codec 0x{:04X} is not PCM", tag));
  }
}

struct SubFormat {
  std::uint16_t tag = 0;
  std::uint32_t channel_mask = 0;
};

Result<SubFormat> ReadSubFormat(std::span<const std::byte> body, ByteOrder order) {
  if (body.size() < kWavFormatBytes) {
    return Fail(ErrorCode::kBadData,
                fmt::format("an extensible format chunk of {} bytes, at least {} are needed",
                            body.size(), kWavFormatBytes));
  }
  const auto guid = body.subspan(24, 16);
  const auto tag = ReadUnsigned<std::uint16_t>(guid, 0, order);
  if (!EndsWith(guid, kPlainTail) && !EndsWith(guid, kAmbisonicTail)) {
    return Fail(ErrorCode::kUnsupported, "an extensible WAV with a codec that is not PCM");
  }
  return SubFormat{tag, ReadUnsigned<std::uint32_t>(body, 20, order)};
}

// Bytes per sample: those of the bits, or wider where the frame says so (20 bits in 4 bytes).
Result<std::size_t> ContainerBytes(std::size_t bits, std::size_t frame_bytes, std::size_t channels,
                                   PcmLayout& layout) {
  const std::size_t n_bytes = (bits + 7) / 8;
  if (frame_bytes == n_bytes * channels) return n_bytes;
  if (frame_bytes == 0) {
    AddWarning(layout.warning, "the header says 0 bytes per frame");
    return n_bytes;
  }
  if (frame_bytes % channels != 0 || frame_bytes / channels < n_bytes) {
    return Fail(ErrorCode::kBadData, fmt::format("{} bytes per frame contradict {} bits in {} "
                                                 "channels",
                                                 frame_bytes, bits, channels));
  }
  AddWarning(layout.warning, fmt::format("{} bits taken as the upper ones of {} bytes per sample",
                                         bits, frame_bytes / channels));
  return frame_bytes / channels;
}

}  // namespace

Result<void> ParseWavFormatChunk(std::span<const std::byte> body, ByteOrder order,
                                 PcmLayout& layout) {
  if (body.size() < 16) {
    return Fail(ErrorCode::kBadData,
                fmt::format("a format chunk of {} bytes, at least 16 are needed", body.size()));
  }
  SubFormat sub{ReadUnsigned<std::uint16_t>(body, 0, order), 0};
  const auto channels = ReadUnsigned<std::uint16_t>(body, 2, order);
  const auto rate_hz = ReadUnsigned<std::uint32_t>(body, 4, order);
  const auto frame_bytes = ReadUnsigned<std::uint16_t>(body, 12, order);
  auto bits = ReadUnsigned<std::uint16_t>(body, 14, order);
  if (sub.tag == kTagExtensible) {
    TM_TRY_ASSIGN(sub, ReadSubFormat(body, order));
  }

  SampleEncoding encoding;
  encoding.order = order;
  TM_TRY_ASSIGN(encoding.kind, KindOf(sub.tag, bits));
  TM_TRY_ASSIGN(layout.stream, CheckedStreamFormat(channels, rate_hz, sub.channel_mask));
  // Some writers of G.711 give the 16 bits of what it expands to, others none.
  const bool g711 = encoding.kind == SampleKind::kALaw || encoding.kind == SampleKind::kMuLaw;
  if (g711) bits = 8;
  if (bits == 0) return Fail(ErrorCode::kBadData, "the header says 0 bits per sample");
  TM_TRY_ASSIGN(encoding.n_bytes, ContainerBytes(bits, frame_bytes, channels, layout));
  if (!IsConvertible(encoding)) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}-bit {} samples in {} bytes", bits,
                            sub.tag == kTagFloat ? "float" : "integer", encoding.n_bytes));
  }
  layout.encoding = encoding;
  return {};
}

}  // namespace tidemark::io
