#include "dsp/level_code_kernels.h"

#include <algorithm>

#include "dsp/simd.h"

namespace tidemark::dsp {
namespace {

TM_KERNEL std::uint8_t Lowest(const std::uint8_t* codes, std::size_t n) {
  std::uint8_t lowest = 255;
  for (std::size_t i = 0; i < n; ++i) lowest = std::min(lowest, codes[i]);
  return lowest;
}

TM_KERNEL std::uint8_t Highest(const std::uint8_t* codes, std::size_t n) {
  std::uint8_t highest = 0;
  for (std::size_t i = 0; i < n; ++i) highest = std::max(highest, codes[i]);
  return highest;
}

TM_KERNEL std::uint16_t Count(const std::uint8_t* codes, std::size_t n, std::uint8_t first,
                              std::uint8_t last) {
  std::uint16_t count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const bool inside = codes[i] >= first && codes[i] <= last;
    count = static_cast<std::uint16_t>(count + (inside ? 1 : 0));
  }
  return count;
}

}  // namespace

std::uint8_t LowestCode(std::span<const std::uint8_t> codes) {
  return Lowest(codes.data(), codes.size());
}

std::uint8_t HighestCode(std::span<const std::uint8_t> codes) {
  return Highest(codes.data(), codes.size());
}

std::size_t CountCodes(std::span<const std::uint8_t> codes, std::uint8_t first, std::uint8_t last) {
  return Count(codes.data(), codes.size(), first, last);
}

}  // namespace tidemark::dsp
