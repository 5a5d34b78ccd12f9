// Samples as a program holds them, to float and back. Pure; any thread; nothing allocates.
#pragma once

#include <cstddef>

#include "tidemark/sample_type.h"

namespace tidemark::dsp {

// out[i] = the sample at in + i * stride_samples * BytesOf(type), of any alignment, for i < n:
// integers times 2^-(bits - 1), rounded to nearest (16 and 24 bits are exact), floats as they are
// but for those that ReplaceNonFinite() sets to 0. Returns how many those were.
// REQUIRES: stride_samples >= 1; `in` and `out` do not overlap.
std::size_t Unpack(SampleType type, const std::byte* in, std::size_t stride_samples, std::size_t n,
                   float* out);

// The way back: integers are rounded to nearest (ties to even) and clipped to their range, NaN
// becomes 0; floats are stored as they are. Bytes between the samples are not touched.
// REQUIRES: stride_samples >= 1; `in` and `out` do not overlap.
void Pack(SampleType type, const float* in, std::size_t n, std::byte* out,
          std::size_t stride_samples);

}  // namespace tidemark::dsp
