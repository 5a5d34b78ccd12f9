// The header of a WAV that is written here, of any length. Pure functions.
//
//   0 "RIFF", u32 size of the rest, "WAVE"
//  12 "JUNK", u32 28, 28 zeroes
//  48 "fmt ", u32 16, 18 or 40, the format (wav_format_chunk.h); 40 and extensible where there are
//     more than two channels, their places are known, or integers have more than 16 bits; 18, with
//     an extension of 0 bytes, else where samples are no integers
//  .. "fact", u32 4, u32 frames, where samples are no integers
//  .. "data", u32 size; behind the data a byte of padding where its size is odd, then other chunks
//
// Where the size of the rest is over 0xFFFF0000 (EBU Tech 3306): "RF64" for "RIFF", both sizes and
// the frames of "fact" 0xFFFFFFFF, and in the place of the junk "ds64", u32 28, u64 size of the
// rest, u64 size of the data, u64 frames, u32 0.
//
// Where nobody knows the size yet: all three 0xFFFFFFFF, which readers of streams take for "to the
// end".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/stream_format.h"
#include "io/pcm_layout.h"

namespace tidemark::io {

struct WavHeaderBytes {
  std::array<std::byte, 116> bytes{};
  std::size_t size = 0;  // of them in use; depends on the format only
};

// Whether a WAV holds it: unsigned 8 bits, signed 16 to 32, float 32 and 64, A-law and mu-law, all
// little-endian.
bool IsWavEncoding(const SampleEncoding& encoding);

// For `n_frames` behind it (nullopt: not known), and other_bytes of chunks behind those. REQUIRES:
// IsWavEncoding().
WavHeaderBytes MakeWavHeader(const StreamFormat& format, const SampleEncoding& encoding,
                             std::optional<std::uint64_t> n_frames, std::uint64_t other_bytes = 0);

}  // namespace tidemark::io
