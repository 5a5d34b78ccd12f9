// How many pixels a JPEG or PNG has, from its header. Pure function; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace tidemark::io {

struct ImageSize {
  int width = 0;
  int height = 0;
};

// nullopt where `image` is neither JPEG (ITU-T T.81, B.2.2) nor PNG (RFC 2083, 11.2.1), or is
// broken before it tells.
std::optional<ImageSize> ReadImageSize(std::span<const std::byte> image);

}  // namespace tidemark::io
