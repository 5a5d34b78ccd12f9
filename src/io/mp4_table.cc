#include "io/mp4_table.h"

#include <algorithm>
#include <cassert>

#include "io/mp4_box.h"

namespace tidemark::io {

Mp4TableReader::Mp4TableReader(ByteStream& bytes, const Mp4Table& table, std::size_t window_bytes)
    : bytes_(bytes), table_(table), window_(window_bytes) {}

void Mp4TableReader::Restart(const Mp4Table& table) {
  table_ = table;
  first_ = n_held_ = 0;
}

Result<std::span<const std::byte>> Mp4TableReader::Entry(std::int64_t index) {
  assert(index >= 0 && index < table_.n_entries);
  const std::int64_t size = table_.entry_bytes;
  if (index < first_ || index >= first_ + n_held_) {
    const auto fits = static_cast<std::int64_t>(window_.size()) / size;
    const auto want = static_cast<std::size_t>(std::min(fits, table_.n_entries - index) * size);
    std::size_t n = 0;
    TM_TRY_ASSIGN(n, ReadAt(bytes_, table_.offset + index * size, std::span(window_).first(want)));
    first_ = index;
    n_held_ = static_cast<std::int64_t>(n) / size;
    if (n_held_ == 0) return Fail(ErrorCode::kBadData, "ends inside its tables");
  }
  return std::span<const std::byte>(window_).subspan(
      static_cast<std::size_t>((index - first_) * size), static_cast<std::size_t>(size));
}

Result<std::uint32_t> Mp4TableReader::Field(std::int64_t index, std::size_t field) {
  std::span<const std::byte> entry;
  TM_TRY_ASSIGN(entry, Entry(index));
  return ReadUnsigned<std::uint32_t>(entry, field, ByteOrder::kBig);
}

Result<std::int64_t> Mp4TableReader::FileOffset(std::int64_t index) {
  std::span<const std::byte> entry;
  TM_TRY_ASSIGN(entry, Entry(index));
  const std::uint64_t offset = entry.size() == 4
                                   ? ReadUnsigned<std::uint32_t>(entry, 0, ByteOrder::kBig)
                                   : ReadUnsigned<std::uint64_t>(entry, 0, ByteOrder::kBig);
  constexpr std::uint64_t kMaxOffset = std::uint64_t{1} << 60;
  if (offset > kMaxOffset) return Fail(ErrorCode::kBadData, "has impossible offsets");
  return static_cast<std::int64_t>(offset);
}

}  // namespace tidemark::io
