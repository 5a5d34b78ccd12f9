#include "io/w64_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "io/chunk_walker.h"
#include "io/data_extent.h"
#include "io/wav_format_chunk.h"

namespace tidemark::io {
namespace {

constexpr std::size_t kHeaderBytes = 24;

// The GUIDs are four letters and a tail: one for the file, one for all that is in it.
constexpr std::array<std::uint8_t, 12> kFileTail = {0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6,
                                                    0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00};
constexpr std::array<std::uint8_t, 12> kChunkTail = {0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1,
                                                     0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A};

bool IsGuid(std::span<const std::byte> bytes, std::string_view letters,
            std::span<const std::uint8_t> tail) {
  return HasText(bytes, 0, letters) &&
         std::equal(tail.begin(), tail.end(), bytes.begin() + 4,
                    [](std::uint8_t a, std::byte b) { return std::byte{a} == b; });
}

Result<void> ReadFormat(ByteStream& bytes, std::uint64_t body_bytes, PcmLayout& layout) {
  std::array<std::byte, kWavFormatBytes> body{};
  const auto present = std::span(body).first(std::min<std::uint64_t>(body_bytes, kWavFormatBytes));
  TM_TRY(ReadExactly(bytes, present, "format chunk"));
  return ParseWavFormatChunk(present, ByteOrder::kLittle, layout);
}

// FFmpeg counts the padding to a multiple of 8 as data: what is no frame and short enough.
std::uint64_t WithoutPadding(std::uint64_t declared, std::size_t frame_bytes) {
  const std::uint64_t left_over = declared % frame_bytes;
  return left_over < 8 ? declared - left_over : declared;
}

}  // namespace

Result<PcmLayout> ParseW64Header(ByteStream& bytes) {
  std::array<std::byte, 40> head{};
  TM_TRY(ReadExactly(bytes, head, "W64 header"));
  if (!IsGuid(head, "riff", kFileTail) ||
      !IsGuid(std::span<const std::byte>(head).subspan(24), "wave", kChunkTail)) {
    return Fail(ErrorCode::kBadData, "not a W64 file");
  }
  PcmLayout layout;
  layout.format = "W64";
  bool have_format = false;
  for (int i = 0; i < kMaxHeaderChunks; ++i) {
    std::array<std::byte, kHeaderBytes> chunk{};
    TM_TRY(ReadExactly(bytes, chunk, "chunks: there is no data chunk"));
    const auto size = ReadUnsigned<std::uint64_t>(chunk, 16, ByteOrder::kLittle);
    const std::int64_t body_offset = bytes.position();
    if (IsGuid(chunk, "data", kChunkTail)) {
      if (!have_format) return Fail(ErrorCode::kBadData, "no format chunk before the data chunk");
      layout.data_offset = body_offset;
      // A size too small for the chunk's own header is one that was never filled in.
      const auto declared = std::max<std::uint64_t>(size, kHeaderBytes) - kHeaderBytes;
      SetExtent64(layout, WithoutPadding(declared, layout.frame_bytes()), bytes.size());
      return layout;
    }
    // 2^62 keeps the sums below from overflowing; no file is as long.
    if (size < kHeaderBytes || size > std::uint64_t{1} << 62) {
      return Fail(ErrorCode::kBadData, fmt::format("a W64 chunk says it has {} bytes", size));
    }
    if (IsGuid(chunk, "fmt ", kChunkTail)) {
      TM_TRY(ReadFormat(bytes, size - kHeaderBytes, layout));
      have_format = true;
    }
    const auto padded = static_cast<std::int64_t>((size + 7) / 8 * 8 - kHeaderBytes);
    TM_TRY(bytes.Seek(body_offset + padded));
  }
  return Fail(ErrorCode::kBadData,
              fmt::format("no audio within the first {} chunks", kMaxHeaderChunks));
}

}  // namespace tidemark::io
