// MpegAudioFrame: the four-byte header of an MPEG audio frame (ISO 11172-3 and 13818-3, and the
// unofficial MPEG 2.5), and the Xing, Info or VBRI header that an encoder may put into the first
// frame. Pure functions, no state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tidemark::io {

struct MpegAudioFrame {
  int layer = 0;  // 1, 2 or 3
  int sample_rate_hz = 0;
  int channels = 0;
  int n_samples = 0;  // frames of audio that it decodes to
  int n_bytes = 0;    // header included
  int side_info_bytes = 0;

  // Whether `other` can follow in the same stream.
  [[nodiscard]] bool Continues(const MpegAudioFrame& other) const {
    return layer == other.layer && sample_rate_hz == other.sample_rate_hz &&
           channels == other.channels;
  }
};

inline constexpr std::size_t kMpegHeaderBytes = 4;

// Reads the header at the start of `bytes`; nullopt where there is none (free format, whose frame
// size the header does not give, counts as none).
[[nodiscard]] std::optional<MpegAudioFrame> ParseMpegAudioFrame(std::span<const std::byte> bytes);

// What the Xing, Info or VBRI header in the first frame declares of the whole stream.
struct MpegDeclaration {
  std::int64_t n_frames = 0;  // that frame not counted; 0: not said
  std::int64_t n_bytes = 0;   // that frame counted; 0: not said
};
// Reads it from the frame at the start of `bytes`; nullopt where there is none.
[[nodiscard]] std::optional<MpegDeclaration> ParseMpegDeclaration(std::span<const std::byte> bytes);

}  // namespace tidemark::io
