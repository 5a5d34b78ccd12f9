#include "io/sndfile_layout.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "io/ogg_page.h"

namespace tidemark::io {
namespace {

std::uint32_t At(std::span<const std::byte> bytes, std::size_t i) {
  return std::to_integer<std::uint32_t>(bytes[i]);
}

bool StartsWith(std::span<const std::byte> bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

std::optional<MpegAudioFrame> FrameAt(DecoderInput& input, std::int64_t offset) {
  std::array<std::byte, kMpegHeaderBytes> header{};
  const std::size_t n = input.Peek(offset, header);
  return ParseMpegAudioFrame(std::span(header).first(n));
}

// Whether n_frames frames that belong together start at `offset`; the input may end behind the
// first one where `end_counts`.
bool FramesInARow(DecoderInput& input, std::int64_t offset, int n_frames, bool end_counts) {
  const auto first = FrameAt(input, offset);
  if (!first) return false;
  std::int64_t at = offset + first->n_bytes;
  for (int i = 1; i < n_frames; ++i) {
    const auto next = FrameAt(input, at);
    if (!next) {
      std::byte probe{};
      return end_counts && input.Peek(at, {&probe, 1}) == 0;
    }
    if (!first->Continues(*next)) return false;
    at += next->n_bytes;
  }
  return true;
}

// "fLaC", then metadata blocks: bit 7 of the first byte marks the last, the other bits are the
// type (0 = STREAMINFO, which is first and 34 bytes long), 24 bits of length (RFC 9639, 8).
std::optional<SndfileLayout> FlacLayout(DecoderInput& input, std::int64_t marker) {
  constexpr std::size_t kStreamInfoBytes = 34;
  constexpr std::byte kLastBlock{0x80};
  SndfileLayout layout;
  layout.kind = SndfileKind::kFlac;
  layout.header_bytes = 4 + 4 + kStreamInfoBytes;
  const auto header = std::span(layout.header).first(layout.header_bytes);
  if (input.Peek(marker, header) != header.size()) return std::nullopt;
  const bool is_stream_info = (At(header, 4) & 0x7F) == 0 && At(header, 5) == 0 &&
                              At(header, 6) == 0 && At(header, 7) == kStreamInfoBytes;
  const std::uint32_t bits_per_sample = ((At(header, 20) & 1) << 4 | At(header, 21) >> 4) + 1;
  const bool readable = bits_per_sample == 8 || bits_per_sample == 16 || bits_per_sample == 24;
  if (!is_stream_info || !readable) return std::nullopt;

  bool was_last = (header[4] & kLastBlock) != std::byte{0};
  header[4] = kLastBlock;
  std::int64_t at = marker + static_cast<std::int64_t>(layout.header_bytes);
  while (!was_last) {
    std::array<std::byte, 4> block{};
    if (input.Peek(at, block) != block.size()) return std::nullopt;
    was_last = (block[0] & kLastBlock) != std::byte{0};
    at += 4 + (At(block, 1) << 16 | At(block, 2) << 8 | At(block, 3));
  }
  layout.start = at;
  return layout;
}

}  // namespace

SndfileLayout MpegLayout(DecoderInput& input, std::int64_t start) {
  // Two side-information blocks and the Xing header's start fit into this.
  std::array<std::byte, 64> bytes{};
  const std::size_t n = input.Peek(start, bytes);
  const auto frame_bytes = std::span<const std::byte>(bytes).first(n);
  SndfileLayout layout;
  layout.kind = SndfileKind::kMpeg;
  layout.start = start;
  layout.mpeg = ParseMpegAudioFrame(frame_bytes).value_or(MpegAudioFrame{});
  layout.declaration = ParseMpegDeclaration(frame_bytes);
  return layout;
}

std::optional<SndfileLayout> OggLayout(DecoderInput& input, std::int64_t start) {
  // The first packet of an Opus stream names the mapping family in its byte 18 (RFC 7845, 5.1).
  constexpr std::size_t kOpusFamily = 18;
  std::array<std::byte, kMaxOggHeaderBytes + kOpusFamily + 1> bytes{};
  const auto head = std::span<const std::byte>(bytes).first(input.Peek(start, bytes));
  const auto page = ParseOggPage(head);
  if (!page || !page->begins_stream) return std::nullopt;
  const auto packet = head.subspan(page->header_bytes);
  const bool is_opus = StartsWith(packet, "OpusHead") && packet.size() > kOpusFamily;
  if (!is_opus && !StartsWith(packet, "\x01vorbis")) return std::nullopt;
  SndfileLayout layout;
  layout.kind = SndfileKind::kOgg;
  layout.start = start;
  layout.ogg_serial = page->serial;
  layout.has_speaker_order = !is_opus || At(packet, kOpusFamily) <= 1;
  return layout;
}

// "ID3", version (2), flags, size in 4 x 7 bits without the 10-byte header (id3.org, ID3v2.4.0
// section 3.1; flag 0x10 announces a footer of 10 bytes more).
std::int64_t SkipId3v2(DecoderInput& input, std::int64_t from) {
  std::array<std::byte, 10> tag{};
  while (input.Peek(from, tag) == tag.size() && StartsWith(tag, "ID3")) {
    const std::uint32_t size = (At(tag, 6) & 0x7F) << 21 | (At(tag, 7) & 0x7F) << 14 |
                               (At(tag, 8) & 0x7F) << 7 | (At(tag, 9) & 0x7F);
    from += 10 + static_cast<std::int64_t>(size) + ((At(tag, 5) & 0x10) != 0 ? 10 : 0);
  }
  return from;
}

std::optional<std::int64_t> FindMpegFrames(DecoderInput& input,
                                           const std::optional<MpegAudioFrame>& like,
                                           std::int64_t from, std::int64_t to) {
  constexpr std::size_t kChunkBytes = 4096;
  std::array<std::byte, kChunkBytes + kMpegHeaderBytes - 1> chunk{};
  while (from < to) {
    const std::size_t n = input.Peek(from, chunk);
    if (n < kMpegHeaderBytes) return std::nullopt;
    const std::size_t n_starts = std::min(n - kMpegHeaderBytes + 1, kChunkBytes);
    for (std::size_t i = 0; i < n_starts; ++i) {
      const std::int64_t at = from + static_cast<std::int64_t>(i);
      if (chunk[i] != std::byte{0xFF} || at >= to) continue;
      const auto frame = ParseMpegAudioFrame(std::span(chunk).subspan(i, kMpegHeaderBytes));
      if (!frame || (like && !like->Continues(*frame))) continue;
      if (FramesInARow(input, at, 3, false)) return at;
    }
    from += static_cast<std::int64_t>(n_starts);
  }
  return std::nullopt;
}

std::optional<SndfileLayout> FindSndfileLayout(DecoderInput& input) {
  const std::int64_t start = SkipId3v2(input, 0);
  std::array<std::byte, 4> magic{};
  if (input.Peek(start, magic) != magic.size()) return std::nullopt;
  if (StartsWith(magic, "fLaC")) return FlacLayout(input, start);
  if (StartsWith(magic, "OggS")) return OggLayout(input, start);
  if (FramesInARow(input, start, 2, true)) return MpegLayout(input, start);
  // Encoders pad tags with more zeros than the tag's size says.
  if (start > 0) {
    if (const auto at = FindMpegFrames(input, std::nullopt, start, start + kMaxJunkBytes)) {
      return MpegLayout(input, *at);
    }
  }
  return std::nullopt;
}

std::optional<SndfileLayout> FindMpegBehindJunk(DecoderInput& input) {
  const auto at = FindMpegFrames(input, std::nullopt, 0, kMaxJunkBytes);
  if (!at) return std::nullopt;
  return MpegLayout(input, *at);
}

}  // namespace tidemark::io
