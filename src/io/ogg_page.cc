#include "io/ogg_page.h"

#include <cstring>

namespace tidemark::io {
namespace {

std::uint64_t LittleEndian(std::span<const std::byte> bytes, std::size_t at, std::size_t n) {
  std::uint64_t value = 0;
  for (std::size_t i = n; i > 0; --i) {
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i - 1]);
  }
  return value;
}

}  // namespace

// "OggS", version 0, flags (2 = begins a stream, 4 = ends it), granule position (8 bytes), serial
// (4), sequence (4), CRC (4), number n of segments, n segment sizes.
std::optional<OggPage> ParseOggPage(std::span<const std::byte> bytes) {
  constexpr std::size_t kFixedBytes = 27;
  if (bytes.size() < kFixedBytes || std::memcmp(bytes.data(), "OggS\0", 5) != 0) {
    return std::nullopt;
  }
  OggPage page;
  const auto flags = LittleEndian(bytes, 5, 1);
  page.begins_stream = (flags & 2) != 0;
  page.ends_stream = (flags & 4) != 0;
  page.granule_position = static_cast<std::int64_t>(LittleEndian(bytes, 6, 8));
  page.serial = static_cast<std::uint32_t>(LittleEndian(bytes, 14, 4));
  const auto n_segments = static_cast<std::size_t>(LittleEndian(bytes, 26, 1));
  page.header_bytes = kFixedBytes + n_segments;
  if (bytes.size() < page.header_bytes) return std::nullopt;
  for (std::size_t i = 0; i < n_segments; ++i) {
    page.body_bytes += static_cast<std::size_t>(LittleEndian(bytes, kFixedBytes + i, 1));
  }
  return page;
}

}  // namespace tidemark::io
