// The tables of a track of an MP4 ("stbl", ISO 14496-12, 8.6 and 8.7), written from its samples;
// and BoxWriter, which they are written with. Used by MakeMp4Index(); one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "io/byte_sink.h"
#include "io/ffmpeg_module_mp4_runs.h"

namespace tidemark::io {

// Boxes behind the end of a file, through a small buffer. Failures stay until Flush().
class BoxWriter {
 public:
  explicit BoxWriter(ByteSink& sink) : sink_(sink), at_(sink.size()) {}

  [[nodiscard]] std::int64_t position() const {
    return at_ + static_cast<std::int64_t>(n_buffered_);
  }
  void Put(std::uint64_t value, std::size_t n_bytes);
  void Put32(std::uint64_t value) { Put(value, 4); }
  void Write(std::span<const std::byte> bytes);
  // [begin, end) of the same file.
  void CopyFrom(std::int64_t begin, std::int64_t end);
  // Returns what Close() wants.
  [[nodiscard]] std::int64_t Open(std::uint32_t type);
  void Close(std::int64_t box);
  // Overwrites 32 bits that were put.
  void Patch32(std::int64_t position, std::uint64_t value);
  // kIo: what failed first. kInternal: a box of more than 4 GiB.
  Result<void> Flush();

 private:
  void Drain();
  void Keep(Result<void> result);

  ByteSink& sink_;
  std::int64_t at_;  // of the buffer
  std::size_t n_buffered_ = 0;
  Result<void> result_;
  std::array<std::byte, 16 * 1024> buffer_;
};

struct Mp4TrackTotals {
  std::int64_t duration = 0;  // of all samples, in ticks of the track
  std::int64_t shown_end = 0;
  std::int64_t n_samples = 0;
  std::int64_t n_bytes = 0;
  std::int64_t last_offset = 0;
  bool reorders = false;  // some samples are not shown in the order they are decoded in
  bool has_non_sync = false;
};
Result<Mp4TrackTotals> SumMp4Track(Mp4Runs& runs, const Mp4TrackDefaults& track);

// Writes stts, ctts, stss, stsc, stsz and co64 or stco. `frame_bytes`: of one frame of PCM, each
// of which is a sample then; 0: samples are what the pieces call so. kIo, kInternal.
Result<void> WriteMp4Tables(Mp4Runs& runs, const Mp4TrackDefaults& track,
                            const Mp4TrackTotals& totals, std::uint32_t frame_bytes,
                            BoxWriter& out);

}  // namespace tidemark::io
