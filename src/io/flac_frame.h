// FlacFrame: the header of a FLAC frame (RFC 9639, section 9.1), enough of it to find the next
// good frame behind damage and to know where its samples belong. Pure functions, no state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tidemark::io {

struct FlacFrame {
  std::int64_t first_sample = 0;  // of the stream, per channel
  int channels = 0;
};

inline constexpr std::size_t kMaxFlacHeaderBytes = 16;

// What STREAMINFO says, given "fLaC", its block header and the block itself (42 bytes).
struct FlacStreamInfo {
  int min_block_frames = 0;
  int sample_rate_hz = 0;
  int channels = 0;
  std::int64_t total_frames = 0;  // 0: unknown
};
// REQUIRES: header.size() >= 42.
[[nodiscard]] FlacStreamInfo ParseFlacStreamInfo(std::span<const std::byte> header);

// Reads the frame header at the start of `bytes` and checks its CRC-8; nullopt where there is
// none. Fixed-size streams number their frames, of info.min_block_frames samples each.
[[nodiscard]] std::optional<FlacFrame> ParseFlacFrame(std::span<const std::byte> bytes,
                                                      const FlacStreamInfo& info);

}  // namespace tidemark::io
