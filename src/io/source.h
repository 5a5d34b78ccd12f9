// Source: decoded audio, block by block, from any kind of input. Made by OpenSource().
// One owner; Read() and Seek() from one thread at a time (the engine's decoding thread).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/audio_block.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "io/sample_encoding.h"

namespace tidemark::io {

// A bound on what a third-party decoder takes beyond our own arena, measured (docs/memory.md).
struct MemoryAllowance {
  std::size_t anonymous_bytes = 0;    // its heap and its libraries' private pages
  std::size_t file_backed_bytes = 0;  // its code and read-only data; reclaimable
};

struct SourceInfo {
  std::string path;      // as given; "-" for standard input
  std::string format;    // "WAV", "RF64", "FLAC", "MP3", "MP4", ...
  std::string encoding;  // "pcm_s16le", "flac", "vorbis", "aac", ...
  std::string decoder;   // "pcm" (ours), "libsndfile", "ffmpeg"
  StreamFormat stream;
  int bits = 0;  // of a sample of integers, of lossless codecs too; 0: floats, lossy, not known
  // What the header says, if it says; corrected for encoder delay and padding. The decoded
  // length may differ: see Source::truncated().
  std::optional<std::int64_t> declared_frames;
  bool seekable = false;
  // Seek() starts anew and reads on to the frame: to go ahead, reading and dropping costs no more.
  bool seeks_by_rewinding = false;
  MemoryAllowance allowance;
  // The moment of frame 0 by the container's own time stamps, which need not begin at 0; 0 where it
  // has none.
  double origin_s = 0;
};

// Uncompressed samples as they lie in a regular file: frame n at data_offset + n * frame_bytes.
struct PcmExtent {
  int fd = -1;  // owned by the Source
  std::int64_t data_offset = 0;
  SampleEncoding encoding;
  std::int64_t frame_bytes = 0;
  std::int64_t n_frames = 0;  // that are there
};

class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  [[nodiscard]] virtual const SourceInfo& info() const = 0;

  // Fills `out` (info().stream.channels planes) from its start with the next frames, scaled to
  // full scale = 1.0, and returns how many; fewer than out.n_frames() only at the end of the
  // audio; 0 = end. Allocates nothing of ours. Errors: kBadData where decoding cannot go on,
  // kIo where reading fails. Damage in the middle that the decoder can step over is no error.
  virtual Result<std::size_t> Read(AudioBlock out) = 0;

  // The next Read() starts at exactly `frame` (>= 0, counted from the first decoded frame).
  // kUnsupported where info().seekable is false. Beyond the end: the next Read() returns 0.
  virtual Result<void> Seek(std::int64_t frame) = 0;

  // After Read() has returned 0: the input ended before what its header declared, or in the
  // middle of a packet.
  [[nodiscard]] virtual bool truncated() const = 0;

  // Where the samples can be copied from without decoding; nullopt where they cannot.
  [[nodiscard]] virtual std::optional<PcmExtent> extent() const { return std::nullopt; }

  // What was odd but could be read, in one line for people; empty if nothing was.
  [[nodiscard]] virtual std::string warning() const { return {}; }
};

}  // namespace tidemark::io
