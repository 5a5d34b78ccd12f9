// The 256 values of A-law and of mu-law, full scale = 1.0, after ITU-T G.711 (tables 1a and 2a).
#pragma once

#include <array>
#include <cstddef>

namespace tidemark::io {

// A-law: bits 0x55 are inverted; sign (1 = positive), 3 bits of segment, 4 of mantissa. Values
// have 13 bits, here at the top of 16: the smallest is +-8 / 32768, the greatest +-32256 / 32768.
constexpr std::array<float, 256> MakeALawTable() {
  std::array<float, 256> table{};
  for (unsigned code = 0; code < 256; ++code) {
    const unsigned bits = code ^ 0x55;
    const unsigned segment = bits >> 4 & 7;
    const unsigned mantissa = bits & 15;
    const unsigned magnitude =
        segment == 0 ? 16 * mantissa + 8 : (16 * mantissa + 264) << (segment - 1);
    const auto value = static_cast<float>(magnitude) / 32768.0F;
    table[code] = (bits & 0x80) != 0 ? value : -value;
  }
  return table;
}

// mu-law: all bits are inverted; sign (1 = negative), 3 bits of segment, 4 of mantissa. Values
// have 14 bits, here at the top of 16: from 0 to +-32124 / 32768.
constexpr std::array<float, 256> MakeMuLawTable() {
  std::array<float, 256> table{};
  for (unsigned code = 0; code < 256; ++code) {
    const unsigned bits = ~code & 0xFF;
    const unsigned segment = bits >> 4 & 7;
    const unsigned mantissa = bits & 15;
    const unsigned magnitude = ((8 * mantissa + 132) << segment) - 132;
    const auto value = static_cast<float>(magnitude) / 32768.0F;
    table[code] = (bits & 0x80) != 0 ? -value : value;
  }
  return table;
}

inline constexpr std::array<float, 256> kALawTable = MakeALawTable();
inline constexpr std::array<float, 256> kMuLawTable = MakeMuLawTable();

}  // namespace tidemark::io
