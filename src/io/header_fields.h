// Numbers in file headers: unaligned integers and floats of either byte order. Pure functions.
#pragma once

#include <bit>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tidemark::io {

enum class ByteOrder : std::uint8_t { kLittle, kBig };

// The T at `offset`. REQUIRES: offset + sizeof(T) <= bytes.size().
template <std::unsigned_integral T>
[[nodiscard]] constexpr T ReadUnsigned(std::span<const std::byte> bytes, std::size_t offset,
                                       ByteOrder order) {
  assert(offset + sizeof(T) <= bytes.size());
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    const std::size_t at = order == ByteOrder::kBig ? i : sizeof(T) - 1 - i;
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[offset + at]);
  }
  return static_cast<T>(value);
}

// The IEEE 754 double at `offset`.
[[nodiscard]] constexpr double ReadDouble(std::span<const std::byte> bytes, std::size_t offset,
                                          ByteOrder order) {
  return std::bit_cast<double>(ReadUnsigned<std::uint64_t>(bytes, offset, order));
}

// True where the bytes at `offset` spell `text`; false where they are too few.
[[nodiscard]] constexpr bool HasText(std::span<const std::byte> bytes, std::size_t offset,
                                     std::string_view text) {
  if (bytes.size() < offset + text.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (bytes[offset + i] != static_cast<std::byte>(text[i])) return false;
  }
  return true;
}

// True for the characters that four-letter codes are made of.
[[nodiscard]] constexpr bool IsPrintable(std::byte value) {
  return value >= std::byte{0x20} && value < std::byte{0x7F};
}

// The four-letter code at `offset` for a message, with '?' for what cannot be printed.
// REQUIRES: offset + 4 <= bytes.size().
[[nodiscard]] inline std::string PrintableCode(std::span<const std::byte> bytes,
                                               std::size_t offset) {
  std::string text;
  for (const std::byte value : bytes.subspan(offset, 4)) {
    text.push_back(IsPrintable(value) ? static_cast<char>(value) : '?');
  }
  return text;
}

}  // namespace tidemark::io
