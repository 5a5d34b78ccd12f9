// ArraySource: an io::Source over somebody's array in memory, block by block, whatever its strides.
// Borrows the array; needs no interpreter. One owner, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "io/sample_encoding.h"
#include "io/source.h"

namespace tidemark::python {

struct ArrayView {
  const std::byte* data = nullptr;
  std::int64_t n_frames = 0;
  std::ptrdiff_t frame_stride = 0;  // in bytes, as the next
  std::ptrdiff_t channel_stride = 0;
  io::SampleEncoding encoding;  // signed 2 or 4 bytes, float 4 or 8, of either order
  int channels = 1;
  int sample_rate_hz = 0;
};

std::unique_ptr<io::Source> MakeArraySource(const ArrayView& view, std::string name);

}  // namespace tidemark::python
