#include "io/chunk_walker.h"

#include <fmt/format.h>

#include <algorithm>

namespace tidemark::io {

Result<std::optional<Chunk>> ChunkWalker::Next() {
  if (++n_chunks_ > kMaxHeaderChunks) {
    return Fail(ErrorCode::kBadData,
                fmt::format("no audio within the first {} chunks", kMaxHeaderChunks));
  }
  TM_TRY(bytes_.Seek(next_offset_));
  // After an odd body come a pad byte and the header, or, from careless writers, the header.
  std::array<std::byte, 9> header{};
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, bytes_.Read(std::span(header).first(4)));
  const bool padded = after_odd_ && !std::all_of(header.begin(), header.begin() + 4, IsPrintable);
  const std::size_t start = padded ? 1 : 0;
  std::size_t n_more = 0;
  TM_TRY_ASSIGN(n_more, bytes_.Read(std::span(header).subspan(4, 4 + start)));
  if (n + n_more < start + 8) return std::nullopt;

  Chunk chunk;
  std::copy_n(header.begin() + static_cast<std::ptrdiff_t>(start), 4, chunk.id.begin());
  chunk.size = ReadUnsigned<std::uint32_t>(header, start + 4, order_);
  chunk.body_offset = next_offset_ + static_cast<std::int64_t>(start + 8);
  next_offset_ = chunk.body_offset + std::int64_t{chunk.size};
  after_odd_ = chunk.size % 2 != 0;
  return chunk;
}

Result<void> ReadExactly(ByteStream& bytes, std::span<std::byte> out, std::string_view what) {
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, bytes.Read(out));
  if (n == out.size()) return {};
  return Fail(ErrorCode::kBadData,
              fmt::format("the file ends within its {}, after byte {}", what, bytes.position()));
}

}  // namespace tidemark::io
