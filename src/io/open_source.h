// OpenSource: looks at the first bytes, never at the name, and picks the lightest decoder that
// reads them: our mapped PCM reader, then libsndfile, then FFmpeg (a module loaded on demand).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "io/source.h"

namespace tidemark::io {

// Headerless PCM: --raw RATE:CHANNELS:FORMAT, FORMAT one of s8 u8 s16le s16be s24le s24be s32le
// s32be f32le f32be f64le f64be alaw mulaw.
struct RawFormat {
  int sample_rate_hz = 0;
  int channels = 0;
  std::string encoding;
};
// kUsage with the list of formats where `text` is not RATE:CHANNELS:FORMAT in range.
Result<RawFormat> ParseRawFormat(const std::string& text);

struct OpenOptions {
  // Read instead of opening the path, which then is only a name: OpenDescriptor(). -1: none.
  int fd = -1;
  std::optional<RawFormat> raw;
  // Which audio stream of a container, counted from 0 among its audio streams.
  int stream = 0;
  // Where a pipe is spooled if its container must be seeked (an MP4 with its index at the end);
  // empty: $TMPDIR, else /var/tmp, else /tmp. The spool has no name and dies with the process.
  std::string tmpdir;
  std::uint64_t spool_cap_bytes = std::uint64_t{4} << 30;
  // False keeps the FFmpeg module from being loaded (a ceiling too small for it):
  // kMemory with the bytes it would need instead.
  bool allow_ffmpeg = true;
  // Sample 0 is heard where the container's time begins, the earliest of its audio and video, and
  // every other one where its stamps say: a late start and gaps are silent, overlaps are dropped.
  // What video and several audio streams of one file need to stay together; through FFmpeg only,
  // and not from a pipe. Where frames come at a constant rate that beginning lies a whole number of
  // them before the first: up to one frame before the earliest stream, or less than one behind it.
  bool container_timeline = false;
  // Ends waiting for a pipe; borrowed by the Source for its lifetime. May be null.
  const Cancellation* cancellation = nullptr;
};

// Opens `path` ("-" = standard input). Errors, each naming the file: kNoInput (absent,
// unreadable, a directory or device), kBadData (empty, text, broken header), kUnsupported (known
// but not readable here, or a channel count or sample rate outside stream_format.h), kIo.
Result<std::unique_ptr<Source>> OpenSource(const std::string& path, const OpenOptions& options);

// One row of `tidemark formats`.
struct FormatRow {
  std::string name;       // "WAV"
  std::string encodings;  // "PCM 8-64 bit, float 32/64, A-law, mu-law"
  std::string decoder;    // "pcm" | "libsndfile" | "ffmpeg"
  bool pipe = false;      // streams from a pipe without a spool
};
// Asks the decoders themselves where they can be asked. `ffmpeg` rows only if the module loads.
std::vector<FormatRow> ListFormats();

}  // namespace tidemark::io
