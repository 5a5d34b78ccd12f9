// Speaker positions as Core Audio writes them, in the 'chan' chunk of CAF and the 'CHAN' chunk of
// AIFF-C. Pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tidemark::io {

// Bytes of a layout chunk worth giving: the head and descriptions of 64 channels.
inline constexpr std::size_t kCoreAudioLayoutBytes = 12 + 64 * 20;

// The channel mask (see StreamFormat) of an AudioChannelLayout:
//   0 u32 tag   4 u32 bitmap   8 u32 descriptions   12 each: u32 label, u32 flags, 3 f32
// 0 where it names no speakers or an order that a mask cannot express.
std::uint32_t ChannelMaskOfCoreAudioLayout(std::span<const std::byte> chunk);

}  // namespace tidemark::io
