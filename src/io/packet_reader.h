// PacketReader: the coded packets of one audio track, in order, found by a container reader of
// ours; the FFmpeg module then only decodes. One owner; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace tidemark::io {

struct PacketTrack {
  std::string format;  // of the container: "MP4"
  std::string codec;   // FFmpeg's name of the decoder: "aac", "alac", ...
  // What the decoder must know beforehand (AudioSpecificConfig, ALAC cookie, ...).
  std::vector<std::byte> setup;
  int sample_rate_hz = 0;
  int channels = 0;
  int bits_per_sample = 0;
  // The unit of the two times below; often, but not always, the sample rate.
  std::uint32_t time_scale_hz = 0;
  // What to drop of the decoded audio at the start (encoder delay), and how much to keep then.
  std::int64_t skip_time = 0;
  std::optional<std::int64_t> keep_time;
  bool seekable = false;
};

class PacketReader {
 public:
  PacketReader() = default;
  PacketReader(const PacketReader&) = delete;
  PacketReader& operator=(const PacketReader&) = delete;
  virtual ~PacketReader() = default;

  [[nodiscard]] virtual const PacketTrack& track() const = 0;

  // Bytes of the next packet; 0 = no more.
  [[nodiscard]] virtual Result<std::size_t> NextSize() = 0;
  // Reads that packet into `out` and moves on; fewer bytes where the input ends early.
  // REQUIRES: out.size() is what NextSize() said.
  virtual Result<std::size_t> Next(std::span<std::byte> out) = 0;

  // Moves so that the next packet is the last one that starts at or before `time` (in units of
  // the time scale, skip_time included), or the first. Returns the time at which it starts.
  virtual Result<std::int64_t> SeekTo(std::int64_t time) = 0;

  // True where the track's table promised packets that the input does not hold.
  [[nodiscard]] virtual bool truncated() const = 0;
};

}  // namespace tidemark::io
