// TrackReader: a track's frames, whole and without clicks. Belongs to the reading thread; allocates
// nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "live/counter.h"
#include "live/gap_filler.h"
#include "live/sample_ring.h"
#include "live/track_shape.h"

namespace tidemark::live {

class TrackReader {
 public:
  // Any thread may read these; samples.
  struct Counters {
    Counter read;
    Counter silent;
    Counter late;
    Counter underruns;
  };

  static std::size_t PlanBytes(const TrackShape& shape);
  // Borrows the ring.
  TrackReader(const TrackShape& shape, bool conceal, SampleRing& ring, memory::Arena& arena);

  // Fills `frame`; true where audio was there. REQUIRES: frame.size() == shape.frame_bytes.
  bool Read(std::span<std::byte> frame);

  // Samples given out so far, silence included.
  [[nodiscard]] std::int64_t pts() const { return pts_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  [[nodiscard]] std::int64_t SkipLate(const SampleRing::Reading& reading) const;
  void StartGap(const SampleRing::Reading& reading);
  void ReadGap(std::span<std::byte> frame);
  void JoinTo(const SampleRing::Reading& reading, std::span<std::byte> frame);
  [[nodiscard]] std::optional<RingSpans> WhatFollowed(const SampleRing::Reading& reading);

  TrackShape shape_;
  SampleRing& ring_;
  GapFiller gap_;
  std::span<float> old_;  // of a crossfade, interleaved
  std::span<float> new_;
  std::int64_t pts_ = 0;
  std::int64_t last_end_ = 0;  // behind the last sample read
  bool started_ = false;       // audio was read
  bool playing_ = false;       // by the last Read() too
  Counters counters_;
};

}  // namespace tidemark::live
