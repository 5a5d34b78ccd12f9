#include "io/flac_frame.h"

#include <cassert>

namespace tidemark::io {
namespace {

std::uint32_t At(std::span<const std::byte> bytes, std::size_t i) {
  return std::to_integer<std::uint32_t>(bytes[i]);
}

// Polynomial x^8 + x^2 + x + 1, initialised with 0.
std::uint32_t Crc8(std::span<const std::byte> bytes) {
  std::uint32_t crc = 0;
  for (const std::byte b : bytes) {
    crc ^= std::to_integer<std::uint32_t>(b);
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1 ^ ((crc & 0x80) != 0 ? 0x107 : 0)) & 0xFF;
  }
  return crc;
}

// A number of up to 36 bits in the manner of UTF-8: returns its bytes, 0 where it is malformed.
std::size_t ReadCodedNumber(std::span<const std::byte> bytes, std::int64_t* number) {
  if (bytes.empty()) return 0;
  const std::uint32_t lead = At(bytes, 0);
  if (lead < 0x80) {
    *number = lead;
    return 1;
  }
  std::size_t n = 0;
  while (n < 8 && (lead & 0x80u >> n) != 0) ++n;
  if (n < 2 || n > 7 || bytes.size() < n) return 0;
  std::int64_t value = n < 7 ? lead & (0x7Fu >> n) : 0;
  for (std::size_t i = 1; i < n; ++i) {
    if ((At(bytes, i) & 0xC0) != 0x80) return 0;
    value = value << 6 | (At(bytes, i) & 0x3F);
  }
  *number = value;
  return n;
}

}  // namespace

FlacStreamInfo ParseFlacStreamInfo(std::span<const std::byte> header) {
  assert(header.size() >= 42);
  FlacStreamInfo info;
  info.min_block_frames = static_cast<int>(At(header, 8) << 8 | At(header, 9));
  info.sample_rate_hz =
      static_cast<int>(At(header, 18) << 12 | At(header, 19) << 4 | At(header, 20) >> 4);
  info.channels = static_cast<int>((At(header, 20) >> 1 & 7) + 1);
  info.total_frames = static_cast<std::int64_t>(At(header, 21) & 0xF) << 32 |
                      static_cast<std::int64_t>(At(header, 22)) << 24 | At(header, 23) << 16 |
                      At(header, 24) << 8 | At(header, 25);
  return info;
}

// 14 bits of sync, 0, 1 bit of strategy (1 = variable block size); 4 bits of block size, 4 of
// sample rate; 4 of channels, 3 of bit depth, 0; the coded number; the block size and the rate
// where their bits say so (8 or 16 bits each); CRC-8 of all before.
std::optional<FlacFrame> ParseFlacFrame(std::span<const std::byte> bytes,
                                        const FlacStreamInfo& info) {
  if (bytes.size() < 6 || At(bytes, 0) != 0xFF || (At(bytes, 1) & 0xFE) != 0xF8) {
    return std::nullopt;
  }
  const bool variable = (At(bytes, 1) & 1) != 0;
  const std::uint32_t block_bits = At(bytes, 2) >> 4;
  const std::uint32_t rate_bits = At(bytes, 2) & 0xF;
  const std::uint32_t channel_bits = At(bytes, 3) >> 4;
  const std::uint32_t depth_bits = At(bytes, 3) >> 1 & 7;
  if (block_bits == 0 || rate_bits == 15 || channel_bits > 10 || depth_bits == 3 ||
      (At(bytes, 3) & 1) != 0) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  const std::size_t n_number = ReadCodedNumber(bytes.subspan(4), &number);
  if (n_number == 0) return std::nullopt;
  std::size_t crc_at = 4 + n_number;
  crc_at += block_bits == 6 ? 1 : block_bits == 7 ? 2 : 0;
  crc_at += rate_bits == 12 ? 1 : rate_bits == 13 || rate_bits == 14 ? 2 : 0;
  if (bytes.size() <= crc_at || Crc8(bytes.first(crc_at)) != At(bytes, crc_at)) {
    return std::nullopt;
  }
  FlacFrame frame;
  frame.first_sample = variable ? number : number * info.min_block_frames;
  frame.channels = channel_bits < 8 ? static_cast<int>(channel_bits) + 1 : 2;
  if (frame.channels != info.channels) return std::nullopt;
  return frame;
}

}  // namespace tidemark::io
