// Clip and Timebase: which part of a source is kept, counted in ticks of a stated rate, so that
// nothing is lost to rounding. Values; any thread.
#pragma once

#include <cstdint>

namespace tidemark {

// num / den ticks a second: 44100 / 1 where a tick is a sample, 30000 / 1001 where it is a frame of
// video. REQUIRES: both > 0.
struct Timebase {
  std::int64_t num = 1;
  std::int64_t den = 1;

  [[nodiscard]] double Seconds(std::int64_t ticks) const {
    return static_cast<double>(ticks) * static_cast<double>(den) / static_cast<double>(num);
  }
  bool operator==(const Timebase&) const = default;
};

// The source from tick `begin` up to, not with, tick `end`, played `speed` times as fast (> 0).
struct Clip {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  double speed = 1;

  bool operator==(const Clip&) const = default;
};

// floor(ticks * rate_hz / timebase), exact: the sample of a stream of that rate in which
// the tick starts. REQUIRES: ticks >= 0, rate_hz > 0.
std::int64_t SampleAtTick(std::int64_t ticks, Timebase timebase, std::int64_t rate_hz);

// How many ticks a clip takes in the output: ceil(end / speed) - ceil(begin / speed), at least 0.
std::int64_t OutputTicks(const Clip& clip);

}  // namespace tidemark
