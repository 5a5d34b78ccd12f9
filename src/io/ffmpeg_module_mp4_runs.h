// Mp4Runs: the samples of one track of an MP4 in pieces ("moof" boxes, ISO 14496-12, 8.8), in
// order, one piece in memory at a time. Owned by MakeMp4Index(); one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "io/byte_sink.h"

namespace tidemark::io {

struct Mp4Sample {
  std::int64_t offset = 0;       // in the file
  std::int64_t time = 0;         // at which it is decoded, from 0 on
  std::uint32_t size = 0;        // bytes
  std::uint32_t duration = 0;    // up to the next one
  std::int32_t shown_after = 0;  // its decoding time
  bool is_sync = true;
  bool starts_chunk = false;  // does not follow the one before in the file
};

// A box in a file.
struct Mp4Place {
  std::uint32_t type = 0;  // four letters, big endian
  std::int64_t start = 0;
  std::int64_t body = 0;
  std::int64_t end = 0;
};

constexpr std::uint32_t FourLetters(const char (&text)[5]) {
  std::uint32_t code = 0;
  for (int i = 0; i < 4; ++i) code = code << 8U | static_cast<std::uint8_t>(text[i]);
  return code;
}

std::uint32_t ReadBig32(std::span<const std::byte> bytes, std::size_t at);
std::uint64_t ReadBig64(std::span<const std::byte> bytes, std::size_t at);

// kInternal: the file, which we have just written, is not what is expected.
tl::unexpected<Error> NotOurMp4(const ByteSink& sink);

// The box that begins at `start` and ends at `limit` at the latest. kIo, kInternal.
Result<Mp4Place> ReadMp4Place(ByteSink& sink, std::int64_t start, std::int64_t limit);

// What of a track holds for all its pieces ("trex").
struct Mp4TrackDefaults {
  std::uint32_t track_id = 0;
  std::uint32_t duration = 0;
  std::uint32_t size = 0;
  std::uint32_t flags = 0;
};

class Mp4Runs {
 public:
  // Pieces lie in [begin, end) of `sink`, which must outlive this.
  Mp4Runs(ByteSink& sink, std::int64_t begin, std::int64_t end)
      : sink_(sink), begin_(begin), end_(end) {}

  using Visitor = std::function<Result<void>(const Mp4Sample&)>;
  // Calls `visit` for every sample of the track. kIo, kInternal, and what `visit` says.
  Result<void> Visit(const Mp4TrackDefaults& track, const Visitor& visit);

 private:
  struct Walk;  // where a visit stands
  Result<void> VisitPiece(const Mp4Place& moof, Walk& walk);
  Result<void> VisitTraf(std::span<const std::byte> traf, std::int64_t moof_start, Walk& walk);
  Result<void> VisitRun(std::span<const std::byte> trun, Walk& walk);

  ByteSink& sink_;
  std::int64_t begin_;
  std::int64_t end_;
  std::vector<std::byte> piece_;
};

}  // namespace tidemark::io
