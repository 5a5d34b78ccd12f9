#include "io/core_audio_layout.h"

#include "io/header_fields.h"

namespace tidemark::io {
namespace {

// kAudioChannelLayoutTag_*; the lower 16 bits count the channels.
constexpr std::uint32_t kUseDescriptions = 0;
constexpr std::uint32_t kUseBitmap = 1 << 16;
constexpr std::uint32_t kMono = (100 << 16) | 1;
constexpr std::uint32_t kStereo = (101 << 16) | 2;
constexpr std::uint32_t kStereoHeadphones = (102 << 16) | 2;
constexpr std::uint32_t kQuadraphonic = (108 << 16) | 4;
constexpr std::uint32_t kMpeg30A = (113 << 16) | 3;  // L R C
constexpr std::uint32_t kMpeg50A = (117 << 16) | 5;  // L R C Ls Rs
constexpr std::uint32_t kMpeg51A = (121 << 16) | 6;  // L R C LFE Ls Rs
constexpr std::uint32_t kItu22 = (132 << 16) | 4;    // L R Ls Rs

// Labels 1 to 18 are bits 0 to 17 of the mask; a mask stands for ascending order only.
std::uint32_t MaskOfDescriptions(std::span<const std::byte> chunk) {
  constexpr std::size_t kDescriptionBytes = 20;
  const std::size_t n = ReadUnsigned<std::uint32_t>(chunk, 8, ByteOrder::kBig);
  if (n > (chunk.size() - 12) / kDescriptionBytes) return 0;
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto label =
        ReadUnsigned<std::uint32_t>(chunk, 12 + i * kDescriptionBytes, ByteOrder::kBig);
    if (label < 1 || label > 18) return 0;
    const std::uint32_t bit = std::uint32_t{1} << (label - 1);
    if (bit <= mask) return 0;
    mask |= bit;
  }
  return mask;
}

}  // namespace

std::uint32_t ChannelMaskOfCoreAudioLayout(std::span<const std::byte> chunk) {
  if (chunk.size() < 12) return 0;
  switch (ReadUnsigned<std::uint32_t>(chunk, 0, ByteOrder::kBig)) {
    case kUseDescriptions:
      return MaskOfDescriptions(chunk);
    case kUseBitmap:
      return ReadUnsigned<std::uint32_t>(chunk, 4, ByteOrder::kBig);
    case kMono:
      return 0x004;
    case kStereo:
    case kStereoHeadphones:
      return 0x003;
    case kQuadraphonic:
    case kItu22:
      return 0x033;
    case kMpeg30A:
      return 0x007;
    case kMpeg50A:
      return 0x037;
    case kMpeg51A:
      return 0x03F;
    default:
      return 0;
  }
}

}  // namespace tidemark::io
