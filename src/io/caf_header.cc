#include "io/caf_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "io/chunk_walker.h"
#include "io/core_audio_layout.h"
#include "io/data_extent.h"

namespace tidemark::io {
namespace {

constexpr std::uint32_t kFlagFloat = 1;
constexpr std::uint32_t kFlagLittleEndian = 2;
constexpr std::size_t kChunkHeaderBytes = 12;
constexpr std::size_t kDescriptionBytes = 32;
constexpr std::size_t kEditCountBytes = 4;

Result<SampleKind> KindOf(std::span<const std::byte> body, std::uint32_t flags) {
  if (HasText(body, 8, "lpcm")) {
    return (flags & kFlagFloat) != 0 ? SampleKind::kFloat : SampleKind::kSigned;
  }
  if (HasText(body, 8, "alaw")) return SampleKind::kALaw;
  if (HasText(body, 8, "ulaw")) return SampleKind::kMuLaw;
  return Fail(ErrorCode::kUnsupported,
              fmt::format("CAF codec \"{}\" is not PCM", PrintableCode(body, 8)));
}

// The encoding and stream format of the "desc" chunk's body.
Result<void> ParseDescription(std::span<const std::byte> body, PcmLayout& layout) {
  const auto flags = ReadUnsigned<std::uint32_t>(body, 12, ByteOrder::kBig);
  const auto packet_bytes = ReadUnsigned<std::uint32_t>(body, 16, ByteOrder::kBig);
  const auto packet_frames = ReadUnsigned<std::uint32_t>(body, 20, ByteOrder::kBig);
  const auto channels = ReadUnsigned<std::uint32_t>(body, 24, ByteOrder::kBig);
  const auto bits = ReadUnsigned<std::uint32_t>(body, 28, ByteOrder::kBig);
  TM_TRY_ASSIGN(layout.encoding.kind, KindOf(body, flags));
  layout.encoding.order = (flags & kFlagLittleEndian) != 0 ? ByteOrder::kLittle : ByteOrder::kBig;
  TM_TRY_ASSIGN(layout.stream,
                CheckedStreamFormat(channels, ReadDouble(body, 0, ByteOrder::kBig), 0));
  if (packet_frames != 1 || packet_bytes == 0 || packet_bytes % channels != 0) {
    return Fail(ErrorCode::kBadData,
                fmt::format("packets of {} bytes and {} frames contradict {} channels of PCM",
                            packet_bytes, packet_frames, channels));
  }
  layout.encoding.n_bytes = packet_bytes / channels;
  const bool linear =
      layout.encoding.kind == SampleKind::kSigned || layout.encoding.kind == SampleKind::kFloat;
  if (linear && (bits == 0 || (std::uint64_t{bits} + 7) / 8 > layout.encoding.n_bytes)) {
    return Fail(ErrorCode::kBadData, fmt::format("{} bits contradict {} bytes per sample", bits,
                                                 layout.encoding.n_bytes));
  }
  if (!IsConvertible(layout.encoding)) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}-bit samples in {} bytes", bits, layout.encoding.n_bytes));
  }
  return {};
}

struct CafChunk {
  std::array<std::byte, kChunkHeaderBytes> header{};
  std::uint64_t size = 0;

  [[nodiscard]] bool Is(std::string_view code) const { return HasText(header, 0, code); }
};

Result<CafChunk> ReadChunkHeader(ByteStream& bytes) {
  CafChunk chunk;
  TM_TRY(ReadExactly(bytes, chunk.header, "chunks: there is no data chunk"));
  chunk.size = ReadUnsigned<std::uint64_t>(chunk.header, 4, ByteOrder::kBig);
  return chunk;
}

Result<void> ReadFileHeader(ByteStream& bytes, PcmLayout& layout) {
  std::array<std::byte, 8> head{};
  TM_TRY(ReadExactly(bytes, head, "CAF header"));
  if (!HasText(head, 0, "caff")) return Fail(ErrorCode::kBadData, "not a CAF file");
  CafChunk first;
  TM_TRY_ASSIGN(first, ReadChunkHeader(bytes));
  if (!first.Is("desc") || first.size != kDescriptionBytes) {
    return Fail(ErrorCode::kBadData, "the first chunk is not a desc chunk of 32 bytes");
  }
  std::array<std::byte, kDescriptionBytes> body{};
  TM_TRY(ReadExactly(bytes, body, "desc chunk"));
  return ParseDescription(body, layout);
}

Result<void> ReadLayout(ByteStream& bytes, std::uint64_t size, PcmLayout& layout) {
  std::array<std::byte, kCoreAudioLayoutBytes> body{};
  const auto present = std::span(body).first(std::min<std::uint64_t>(size, body.size()));
  TM_TRY(ReadExactly(bytes, present, "chan chunk"));
  const std::uint32_t mask = ChannelMaskOfCoreAudioLayout(present);
  if (std::popcount(mask) <= layout.stream.channels) layout.stream.channel_mask = mask;
  return {};
}

}  // namespace

Result<PcmLayout> ParseCafHeader(ByteStream& bytes) {
  PcmLayout layout;
  layout.format = "CAF";
  TM_TRY(ReadFileHeader(bytes, layout));
  for (int i = 0; i < kMaxHeaderChunks; ++i) {
    CafChunk chunk;
    TM_TRY_ASSIGN(chunk, ReadChunkHeader(bytes));
    const std::int64_t body_offset = bytes.position();
    if (chunk.Is("data")) {
      layout.data_offset = body_offset + static_cast<std::int64_t>(kEditCountBytes);
      if (chunk.size == ~std::uint64_t{0}) {
        SetExtentToEnd(layout, bytes.size());
      } else {
        SetExtent64(layout, std::max<std::uint64_t>(chunk.size, kEditCountBytes) - kEditCountBytes,
                    bytes.size());
      }
      return layout;
    }
    // 2^62 keeps the sum below from overflowing; no file is as long.
    if (chunk.size > std::uint64_t{1} << 62) {
      return Fail(ErrorCode::kBadData, fmt::format("a chunk \"{}\" says it has {} bytes",
                                                   PrintableCode(chunk.header, 0), chunk.size));
    }
    if (chunk.Is("chan")) TM_TRY(ReadLayout(bytes, chunk.size, layout));
    TM_TRY(bytes.Seek(body_offset + static_cast<std::int64_t>(chunk.size)));
  }
  return Fail(ErrorCode::kBadData,
              fmt::format("no audio within the first {} chunks", kMaxHeaderChunks));
}

}  // namespace tidemark::io
