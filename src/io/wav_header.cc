#include "io/wav_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "io/chunk_walker.h"
#include "io/data_extent.h"
#include "io/wav_format_chunk.h"

namespace tidemark::io {
namespace {

constexpr std::uint32_t kSizeIn64 = 0xFFFFFFFF;

struct FileHeader {
  std::string format;
  ByteOrder order = ByteOrder::kLittle;
  std::uint32_t outer_size = 0;
};

Result<FileHeader> ReadFileHeader(ByteStream& bytes) {
  std::array<std::byte, 12> head{};
  TM_TRY(ReadExactly(bytes, head, "WAV header"));
  FileHeader header;
  if (HasText(head, 0, "RIFF")) {
    header.format = "WAV";
  } else if (HasText(head, 0, "RIFX")) {
    header.format = "WAV";
    header.order = ByteOrder::kBig;
  } else if (HasText(head, 0, "RF64") || HasText(head, 0, "BW64")) {
    header.format = PrintableCode(head, 0);
  } else {
    return Fail(ErrorCode::kBadData, "not a RIFF file");
  }
  if (!HasText(head, 8, "WAVE")) {
    return Fail(ErrorCode::kBadData,
                fmt::format("a RIFF file of type \"{}\", not \"WAVE\"", PrintableCode(head, 8)));
  }
  header.outer_size = ReadUnsigned<std::uint32_t>(head, 4, header.order);
  return header;
}

Result<void> ReadFormat(ByteStream& bytes, const Chunk& chunk, ByteOrder order, PcmLayout& layout) {
  std::array<std::byte, kWavFormatBytes> body{};
  const auto present = std::span(body).first(std::min<std::size_t>(chunk.size, kWavFormatBytes));
  TM_TRY(ReadExactly(bytes, present, "format chunk"));
  return ParseWavFormatChunk(present, order, layout);
}

Result<std::uint64_t> ReadDataSize64(ByteStream& bytes, const Chunk& chunk, ByteOrder order) {
  std::array<std::byte, 24> body{};
  if (chunk.size < body.size()) {
    return Fail(ErrorCode::kBadData,
                fmt::format("a ds64 chunk of {} bytes, at least 24 are needed", chunk.size));
  }
  TM_TRY(ReadExactly(bytes, body, "ds64 chunk"));
  return ReadUnsigned<std::uint64_t>(body, 8, order);
}

// A header that declares less than the file holds, with something else than chunks behind.
Result<void> WarnOfLeftOver(ByteStream& bytes, PcmLayout& layout) {
  if (!bytes.size() || !layout.data_bytes) return {};
  const std::int64_t end = layout.data_offset + *layout.data_bytes;
  std::array<std::byte, 5> next{};  // a pad byte or none, and the code of a chunk
  TM_TRY(bytes.Seek(end));
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, bytes.Read(next));
  const bool is_chunk = std::all_of(next.begin(), next.begin() + 4, IsPrintable) ||
                        std::all_of(next.begin() + 1, next.end(), IsPrintable);
  if (n < next.size() || is_chunk) return {};
  AddWarning(layout.warning,
             fmt::format("{} bytes after the audio that the header declares were left out",
                         *bytes.size() - end));
  return {};
}

}  // namespace

Result<PcmLayout> ParseWavHeader(ByteStream& bytes) {
  FileHeader header;
  TM_TRY_ASSIGN(header, ReadFileHeader(bytes));
  PcmLayout layout;
  layout.format = header.format;
  std::optional<std::uint64_t> data_size_64;
  bool have_format = false;
  ChunkWalker chunks(bytes, 12, header.order);
  while (true) {
    std::optional<Chunk> chunk;
    TM_TRY_ASSIGN(chunk, chunks.Next());
    if (!chunk) {
      return Fail(ErrorCode::kBadData,
                  have_format ? "no data chunk" : "neither a format chunk nor a data chunk");
    }
    if (chunk->Is("fmt ")) {
      TM_TRY(ReadFormat(bytes, *chunk, header.order, layout));
      have_format = true;
    } else if (chunk->Is("ds64") && header.format != "WAV") {
      TM_TRY_ASSIGN(data_size_64, ReadDataSize64(bytes, *chunk, header.order));
    } else if (chunk->Is("data")) {
      if (!have_format) return Fail(ErrorCode::kBadData, "no format chunk before the data chunk");
      layout.data_offset = chunk->body_offset;
      if (data_size_64 && chunk->size == kSizeIn64) {
        SetExtent64(layout, *data_size_64, bytes.size());
      } else {
        SetExtent32(layout, chunk->size, header.outer_size, bytes.size());
      }
      TM_TRY(WarnOfLeftOver(bytes, layout));
      return layout;
    }
  }
}

}  // namespace tidemark::io
