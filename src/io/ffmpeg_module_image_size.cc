#include "io/ffmpeg_module_image_size.h"

#include <array>
#include <cstdint>

namespace tidemark::io {
namespace {

std::uint32_t BigEndian(std::span<const std::byte> bytes, std::size_t at, std::size_t n) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < n; ++i) {
    value = value << 8U | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return value;
}

std::optional<ImageSize> SizeOf(std::uint32_t width, std::uint32_t height) {
  constexpr std::uint32_t kMost = 1U << 16U;
  if (width == 0 || height == 0 || width > kMost || height > kMost) return std::nullopt;
  return ImageSize{static_cast<int>(width), static_cast<int>(height)};
}

// Signature, length and type of the first chunk, which is IHDR: width and height.
std::optional<ImageSize> PngSize(std::span<const std::byte> image) {
  if (image.size() < 24) return std::nullopt;
  return SizeOf(BigEndian(image, 16, 4), BigEndian(image, 20, 4));
}

// A start of frame is C0 to CF without C4 (tables), C8 (reserved) and CC (arithmetic tables).
bool IsFrameStart(std::uint32_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// Segments of marker and length, up to the start of frame: precision, height, width.
std::optional<ImageSize> JpegSize(std::span<const std::byte> image) {
  std::size_t at = 2;
  while (at + 9 <= image.size()) {
    const std::uint32_t marker = BigEndian(image, at + 1, 1);
    if (image[at] != std::byte{0xFF}) return std::nullopt;
    if (marker == 0xFF) {  // fill
      ++at;
      continue;
    }
    if (IsFrameStart(marker))
      return SizeOf(BigEndian(image, at + 7, 2), BigEndian(image, at + 5, 2));
    at += 2 + std::size_t{BigEndian(image, at + 2, 2)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<ImageSize> ReadImageSize(std::span<const std::byte> image) {
  if (image.size() < 8) return std::nullopt;
  if (BigEndian(image, 0, 4) == 0x89504E47) return PngSize(image);
  if (BigEndian(image, 0, 3) == 0xFFD8FF) return JpegSize(image);
  return std::nullopt;
}

}  // namespace tidemark::io
