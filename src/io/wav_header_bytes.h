// The header of a WAV of 16-bit PCM that is written here, of any length. Pure functions.
//
//   0 "RIFF", u32 size of the rest, "WAVE"
//  12 "JUNK", u32 28, 28 zeroes
//  48 "fmt ", u32 16 or 40, the format (wav_format_chunk.h); 40 and extensible where there are more
//     than two channels or their places are known
//  .. "data", u32 size
//
// Where the size of the rest is over 0xFFFF0000 (EBU Tech 3306): "RF64" for "RIFF", both sizes
// 0xFFFFFFFF, and in the place of the junk "ds64", u32 28, u64 size of the rest, u64 size of the
// data, u64 frames, u32 0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/stream_format.h"

namespace tidemark::io {

struct WavHeaderBytes {
  std::array<std::byte, 104> bytes{};
  std::size_t size = 0;  // of them in use; depends on the format only
};

// For `n_frames` of 16-bit samples behind it.
WavHeaderBytes MakeWavHeader(const StreamFormat& format, std::uint64_t n_frames);

}  // namespace tidemark::io
