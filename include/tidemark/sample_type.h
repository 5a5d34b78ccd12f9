// How one sample lies in memory.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tidemark {

// Native little-endian; kS24 packed in three bytes. Integers have full scale at 2^(bits - 1),
// floats at 1.0.
enum class SampleType : std::uint8_t { kS16, kS24, kS32, kF32 };

constexpr std::size_t BytesOf(SampleType type) {
  if (type == SampleType::kS16) return 2;
  return type == SampleType::kS24 ? 3 : 4;
}

}  // namespace tidemark
