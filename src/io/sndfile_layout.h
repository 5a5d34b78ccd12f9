// SndfileLayout: where in an input the audio begins that libsndfile is to decode, and what stands
// before it. Tags and album art are stepped over here, so that no decoder ever holds them.
// Pure look-ahead on a DecoderInput; no state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "io/decoder_input.h"
#include "io/mpeg_audio_frame.h"

namespace tidemark::io {

enum class SndfileKind : std::uint8_t { kMpeg, kFlac, kOgg };

struct SndfileLayout {
  SndfileKind kind = SndfileKind::kMpeg;
  // Stream offset of the first byte that the decoder gets after `header`.
  std::int64_t start = 0;
  // What the decoder sees first: for FLAC, the marker and STREAMINFO alone.
  std::array<std::byte, DecoderInput::kMaxHeaderBytes> header{};
  std::size_t header_bytes = 0;
  // The first MPEG audio frame, and what it declares, if it does.
  MpegAudioFrame mpeg;
  std::optional<MpegDeclaration> declaration;
  // Of an Ogg stream: its serial number, and whether its channels have the standard order.
  std::uint32_t ogg_serial = 0;
  bool has_speaker_order = false;
};

// nullopt where the input is none of: MPEG audio (behind any ID3v2 tags), native FLAC of 8, 16 or
// 24 bits (the same), Ogg whose first stream is Vorbis or Opus.
[[nodiscard]] std::optional<SndfileLayout> FindSndfileLayout(DecoderInput& input);

// The same for the MPEG audio frame that starts at stream offset `start`.
[[nodiscard]] SndfileLayout MpegLayout(DecoderInput& input, std::int64_t start);
// The same for the Ogg page there; nullopt where it does not begin a Vorbis or Opus stream.
[[nodiscard]] std::optional<SndfileLayout> OggLayout(DecoderInput& input, std::int64_t start);

// Looks behind up to kMaxJunkBytes of junk for MPEG audio: at least three frames in a row.
[[nodiscard]] std::optional<SndfileLayout> FindMpegBehindJunk(DecoderInput& input);
inline constexpr std::int64_t kMaxJunkBytes = 64 * 1024;

// The stream offset of the first of three MPEG audio frames in a row that continue `like`, at or
// after `from` and before `to`.
[[nodiscard]] std::optional<std::int64_t> FindMpegFrames(DecoderInput& input,
                                                         const std::optional<MpegAudioFrame>& like,
                                                         std::int64_t from, std::int64_t to);

// The stream offset behind any ID3v2 tags at `from`.
[[nodiscard]] std::int64_t SkipId3v2(DecoderInput& input, std::int64_t from);

}  // namespace tidemark::io
