// What a WAV says beside its samples: text, broadcast data, markers. Carried over into a cut of it,
// with the markers where their sound is now. Pure functions of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "io/source.h"

namespace tidemark::io {

// More than this is left behind, with a warning.
inline constexpr std::size_t kMaxWavChunkBytes = std::size_t{4} << 20;

struct WavChunks {
  std::vector<std::byte> bytes;  // whole chunks, each padded to even length
  std::string warning;           // what was left behind; empty if nothing was
};

// From a frame of the source to one of the output.
using FrameMap = std::function<std::int64_t(std::int64_t)>;

// The chunks LIST, bext, iXML, axml, id3 and cue of the WAV, RF64 or BW64 in which `extent` lies;
// nothing of other files. Cue points move by `map`. kIo where reading fails.
Result<WavChunks> ReadWavChunks(const PcmExtent& extent, std::int64_t data_bytes,
                                const FrameMap& map);

// Tags by FFmpeg's names as a LIST chunk of type INFO; empty where none of them has a place there.
std::vector<std::byte> MakeInfoChunk(const std::vector<std::pair<std::string, std::string>>& tags);

}  // namespace tidemark::io
