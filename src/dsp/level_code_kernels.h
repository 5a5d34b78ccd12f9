// Statistics of short runs of levels kept in one byte each. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tidemark::dsp {

std::uint8_t LowestCode(std::span<const std::uint8_t> codes);   // 255 for none
std::uint8_t HighestCode(std::span<const std::uint8_t> codes);  // 0 for none
// How many lie in [first, last]. REQUIRES: at most 65535 codes.
std::size_t CountCodes(std::span<const std::uint8_t> codes, std::uint8_t first, std::uint8_t last);

}  // namespace tidemark::dsp
