// TrackReader: a track's frames, whole and without clicks. Belongs to the reading thread; allocates
// nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
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
  bool Read(std::span<std::byte> frame) {
    const SampleRing::Reading reading = ring_.StartReading();
    const std::int64_t n_waiting = reading.end - reading.begin;
    pts_ += shape_.frame;
    if (playing_ && reading.begin == last_end_ && n_waiting >= shape_.frame &&
        n_waiting <= most_waiting_) {
      Take(reading.begin, frame);
      return true;
    }
    return ReadWithSeam(reading, frame);
  }

  // Samples given out so far, silence included.
  [[nodiscard]] std::int64_t pts() const { return pts_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  // The frame from `begin` on, as it lies in the ring.
  void Take(std::int64_t begin, std::span<std::byte> frame) {
    CopyOut(begin, frame);
    last_end_ = begin + shape_.frame;
    ring_.EndReading(last_end_);
    counters_.read.Add(shape_.frame);
  }
  void CopyOut(std::int64_t begin, std::span<std::byte> frame) {
    const RingSpans from = ring_.At(begin, shape_.frame);
    std::memcpy(frame.data(), from.first.data(), from.first.size());
    if (from.second.empty()) return;
    std::memcpy(frame.data() + from.first.size(), from.second.data(), from.second.size());
  }
  bool ReadWithSeam(const SampleRing::Reading& reading, std::span<std::byte> frame);
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
  std::int64_t most_waiting_;  // shape_.max_latency, if there is one
  std::int64_t pts_ = 0;
  std::int64_t last_end_ = 0;  // behind the last sample read
  bool started_ = false;       // audio was read
  bool playing_ = false;       // by the last Read() too
  Counters counters_;
};

}  // namespace tidemark::live
