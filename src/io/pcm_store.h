// From planar float to samples as they lie in a file: the way back from pcm_convert_kernels.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/audio_block.h"
#include "io/sample_encoding.h"

namespace tidemark::io {

// Noise of triangular density, two least bits wide (Lipshitz, Wannamaker & Vanderkooy 1992), that
// makes the error of rounding independent of the signal. The same seed, the same noise. A value.
class Dither {
 public:
  // In (-1, 1).
  double Next() { return Uniform() - Uniform(); }

 private:
  // xorshift32 (Marsaglia 2003).
  double Uniform() {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 17U;
    state_ ^= state_ << 5U;
    return static_cast<double>(state_) * 0x1p-32;
  }
  std::uint32_t state_ = 0x9E3779B9;
};

// Writes block.n_frames() interleaved frames to `out`: full scale = 1.0, rounded to nearest,
// clipped; NaN becomes 0. With `dither`, integers that do not hold a sample exactly are dithered;
// those that do, silence among them, stay as they are. Floats come out as they are. REQUIRES:
// IsStorable(encoding), out.size() >= n_frames * n_channels * encoding.n_bytes.
void StorePcm(const AudioBlock& block, const SampleEncoding& encoding, Dither* dither,
              std::span<std::byte> out);

// Little-endian: unsigned 8 bits, signed 16 to 32, float 32 and 64.
bool IsStorable(const SampleEncoding& encoding);

}  // namespace tidemark::io
