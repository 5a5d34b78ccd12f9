// The format chunk of WAV, RF64, BW64 and W64. Pure function.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "io/pcm_layout.h"

namespace tidemark::io {

// A format chunk is read up to this many bytes; more cannot matter.
inline constexpr std::size_t kWavFormatBytes = 40;

// Sets encoding, stream and warning of `layout` from the chunk's body, of which at least the
// first kWavFormatBytes are given if it has as many.
//
//   0 u16 codec tag   2 u16 channels   4 u32 sample rate   8 u32 bytes per second
//  12 u16 bytes per frame   14 u16 bits per sample
//  16 u16 size of what follows, 22   18 u16 valid bits   20 u32 channel mask
//  24 GUID: u16 codec tag, then one of two fixed tails          (tag 0xFFFE only)
//
// kUnsupported: a codec that is not PCM, float, A-law or mu-law, or a width, channel count or
// rate that is not read. kBadData: too short, no channels, or a frame size that contradicts.
Result<void> ParseWavFormatChunk(std::span<const std::byte> body, ByteOrder order,
                                 PcmLayout& layout);

}  // namespace tidemark::io
