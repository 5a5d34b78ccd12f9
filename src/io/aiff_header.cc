#include "io/aiff_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "io/chunk_walker.h"
#include "io/core_audio_layout.h"
#include "io/data_extent.h"

namespace tidemark::io {
namespace {

constexpr std::size_t kCommonBytes = 18;
constexpr std::size_t kCommonBytesWithCodec = 22;

// A codec of AIFF-C; n_bytes 0: as many as the sample size says.
struct Codec {
  std::string_view code;
  SampleKind kind;
  std::size_t n_bytes;
  ByteOrder order;
};
constexpr Codec kCodecs[] = {
    {"NONE", SampleKind::kSigned, 0, ByteOrder::kBig},
    {"twos", SampleKind::kSigned, 0, ByteOrder::kBig},
    {"sowt", SampleKind::kSigned, 0, ByteOrder::kLittle},
    {"raw ", SampleKind::kUnsigned, 1, ByteOrder::kBig},
    {"in24", SampleKind::kSigned, 3, ByteOrder::kBig},
    {"42ni", SampleKind::kSigned, 3, ByteOrder::kLittle},
    {"in32", SampleKind::kSigned, 4, ByteOrder::kBig},
    {"23ni", SampleKind::kSigned, 4, ByteOrder::kLittle},
    {"fl32", SampleKind::kFloat, 4, ByteOrder::kBig},
    {"FL32", SampleKind::kFloat, 4, ByteOrder::kBig},
    {"fl64", SampleKind::kFloat, 8, ByteOrder::kBig},
    {"FL64", SampleKind::kFloat, 8, ByteOrder::kBig},
    {"alaw", SampleKind::kALaw, 1, ByteOrder::kBig},
    {"ALAW", SampleKind::kALaw, 1, ByteOrder::kBig},
    {"ulaw", SampleKind::kMuLaw, 1, ByteOrder::kBig},
    {"ULAW", SampleKind::kMuLaw, 1, ByteOrder::kBig},
};

struct SoundChunk {
  std::uint32_t size = 0;
  std::uint32_t skipped = 0;  // the chunk's own head and offset
};

// What is known on the way through the chunks.
struct Progress {
  bool compressed_form = false;
  std::uint32_t outer_size = 0;
  std::uint32_t channel_mask = 0;
  std::optional<std::uint32_t> n_frames;
  std::optional<SoundChunk> sound;
};

Result<void> ReadCommon(ByteStream& bytes, const Chunk& chunk, Progress& progress,
                        PcmLayout& layout) {
  std::array<std::byte, kCommonBytesWithCodec> body{};
  const std::size_t n_bytes = progress.compressed_form ? kCommonBytesWithCodec : kCommonBytes;
  if (chunk.size < n_bytes) {
    return Fail(ErrorCode::kBadData, fmt::format("a COMM chunk of {} bytes, at least {} are needed",
                                                 chunk.size, n_bytes));
  }
  TM_TRY(ReadExactly(bytes, std::span(body).first(n_bytes), "COMM chunk"));
  const Codec* codec = &kCodecs[0];
  if (progress.compressed_form) {
    codec = std::find_if(std::begin(kCodecs), std::end(kCodecs),
                         [&](const Codec& c) { return HasText(body, kCommonBytes, c.code); });
    if (codec == std::end(kCodecs)) {
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("AIFF-C codec \"{}\" is not PCM", PrintableCode(body, kCommonBytes)));
    }
  }
  const auto bits = ReadUnsigned<std::uint16_t>(body, 6, ByteOrder::kBig);
  if (codec->n_bytes == 0 && bits == 0) {
    return Fail(ErrorCode::kBadData, "the header says 0 bits per sample");
  }
  layout.encoding = {codec->kind, codec->n_bytes != 0 ? codec->n_bytes : (bits + 7u) / 8,
                     codec->order};
  TM_TRY_ASSIGN(layout.stream,
                CheckedStreamFormat(ReadUnsigned<std::uint16_t>(body, 0, ByteOrder::kBig),
                                    ReadExtended(std::span(body).subspan(8, 10)), 0));
  if (!IsConvertible(layout.encoding)) {
    return Fail(ErrorCode::kUnsupported, fmt::format("{}-bit integer samples", bits));
  }
  progress.n_frames = ReadUnsigned<std::uint32_t>(body, 2, ByteOrder::kBig);
  return {};
}

Result<void> ReadSound(ByteStream& bytes, const Chunk& chunk, Progress& progress,
                       PcmLayout& layout) {
  std::array<std::byte, 8> body{};
  TM_TRY(ReadExactly(bytes, body, "SSND chunk"));
  const auto offset = ReadUnsigned<std::uint32_t>(body, 0, ByteOrder::kBig);
  const bool size_known = !IsPlaceholder32(chunk.size);
  if (size_known && (chunk.size < body.size() || offset > chunk.size - body.size())) {
    return Fail(ErrorCode::kBadData, fmt::format("an SSND chunk of {} bytes with its samples {} "
                                                 "bytes in",
                                                 chunk.size, offset));
  }
  progress.sound = SoundChunk{chunk.size, offset + 8};
  layout.data_offset = bytes.position() + std::int64_t{offset};
  return {};
}

Result<void> ReadLayout(ByteStream& bytes, const Chunk& chunk, Progress& progress) {
  std::array<std::byte, kCoreAudioLayoutBytes> body{};
  const auto present = std::span(body).first(std::min<std::size_t>(chunk.size, body.size()));
  TM_TRY(ReadExactly(bytes, present, "CHAN chunk"));
  progress.channel_mask = ChannelMaskOfCoreAudioLayout(present);
  return {};
}

// Sizes come twice: in bytes, which may have wrapped or never been filled in, and in frames.
void SetExtent(const Progress& progress, std::optional<std::int64_t> file_size, PcmLayout& layout) {
  const SoundChunk& sound = *progress.sound;
  const auto by_frames =
      static_cast<std::int64_t>(layout.frame_bytes()) * std::int64_t{*progress.n_frames};
  const std::int64_t by_size =
      IsPlaceholder32(sound.size) ? 0 : std::int64_t{sound.size} - std::int64_t{sound.skipped};
  constexpr std::int64_t kWrap = std::int64_t{1} << 32;
  const bool wrapped = by_frames > by_size && (by_frames - by_size) % kWrap == 0;
  if ((by_size == 0 || wrapped) && !IsPlaceholder32(*progress.n_frames)) {
    SetExtent64(layout, static_cast<std::uint64_t>(by_frames), file_size);
    return;
  }
  SetExtent32(layout, static_cast<std::uint32_t>(by_size), progress.outer_size, file_size);
}

}  // namespace

double ReadExtended(std::span<const std::byte> bytes) {
  const auto sign_exponent = ReadUnsigned<std::uint16_t>(bytes, 0, ByteOrder::kBig);
  const auto mantissa = ReadUnsigned<std::uint64_t>(bytes, 2, ByteOrder::kBig);
  const int exponent = sign_exponent & 0x7FFF;
  const double magnitude = exponent == 0x7FFF
                               ? std::numeric_limits<double>::infinity()
                               : std::ldexp(static_cast<double>(mantissa), exponent - 16383 - 63);
  return (sign_exponent & 0x8000) != 0 ? -magnitude : magnitude;
}

Result<PcmLayout> ParseAiffHeader(ByteStream& bytes) {
  std::array<std::byte, 12> head{};
  TM_TRY(ReadExactly(bytes, head, "AIFF header"));
  Progress progress;
  progress.compressed_form = HasText(head, 8, "AIFC");
  progress.outer_size = ReadUnsigned<std::uint32_t>(head, 4, ByteOrder::kBig);
  if (!HasText(head, 0, "FORM") || !(progress.compressed_form || HasText(head, 8, "AIFF"))) {
    return Fail(ErrorCode::kBadData, "not an AIFF file");
  }
  PcmLayout layout;
  layout.format = progress.compressed_form ? "AIFF-C" : "AIFF";
  ChunkWalker chunks(bytes, 12, ByteOrder::kBig);
  while (!progress.sound || !progress.n_frames) {
    std::optional<Chunk> chunk;
    TM_TRY_ASSIGN(chunk, chunks.Next());
    if (!chunk) {
      return Fail(ErrorCode::kBadData, progress.n_frames ? "no SSND chunk" : "no COMM chunk");
    }
    if (chunk->Is("COMM")) {
      TM_TRY(ReadCommon(bytes, *chunk, progress, layout));
    } else if (chunk->Is("CHAN")) {
      TM_TRY(ReadLayout(bytes, *chunk, progress));
    } else if (chunk->Is("SSND")) {
      if (!progress.n_frames && !bytes.seekable()) {
        return Fail(ErrorCode::kUnsupported, "an AIFF with its COMM chunk last, from a pipe");
      }
      TM_TRY(ReadSound(bytes, *chunk, progress, layout));
    }
  }
  if (std::popcount(progress.channel_mask) <= layout.stream.channels) {
    layout.stream.channel_mask = progress.channel_mask;
  }
  SetExtent(progress, bytes.size(), layout);
  return layout;
}

}  // namespace tidemark::io
