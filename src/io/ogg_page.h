// OggPage: the header of an Ogg page (RFC 3533, section 6), enough to find where one logical
// stream ends and the next link of a chained file begins. Pure functions, no state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tidemark::io {

struct OggPage {
  bool begins_stream = false;
  bool ends_stream = false;
  std::int64_t granule_position = 0;  // -1: no packet ends on this page
  std::uint32_t serial = 0;
  std::size_t header_bytes = 0;
  std::size_t body_bytes = 0;
};

inline constexpr std::size_t kMaxOggHeaderBytes = 27 + 255;
inline constexpr std::size_t kMaxOggPageBytes = kMaxOggHeaderBytes + 255 * 255;

// Reads the page header at the start of `bytes`; nullopt where there is none, or not all of it.
[[nodiscard]] std::optional<OggPage> ParseOggPage(std::span<const std::byte> bytes);

}  // namespace tidemark::io
