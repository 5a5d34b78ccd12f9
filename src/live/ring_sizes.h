// RingSizes and RingSpans: what a SampleRing is made by, and what it gives out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tidemark::live {

struct RingSizes {
  std::size_t sample_bytes = 2;
  std::int64_t capacity = 0;  // samples
  std::int64_t slack = 0;     // what may be written during one read
  std::int64_t guard = 0;
  std::int64_t drop = 1;  // what is dropped comes in such pieces
  std::int64_t seam = 0;  // what is kept of the samples that followed the last one read

  [[nodiscard]] std::size_t Bytes(std::int64_t n_samples) const {
    return static_cast<std::size_t>(n_samples) * sample_bytes;
  }
};

// A run of samples in two pieces: the second is empty unless the run wraps.
struct RingSpans {
  std::span<std::byte> first;
  std::span<std::byte> second;
};

}  // namespace tidemark::live
