// ClipTimes: at which moment of the output a moment of the source is seen, in whole units of a
// stated rate. Everything is a fraction of integers, rounded once, so that no error adds up
// however many clips there are. A value that borrows its clips; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/clip.h"

namespace tidemark {

// A speed as a fraction: 1.1 is 11 / 10. Both > 0.
struct SpeedFraction {
  std::int64_t num = 1;
  std::int64_t den = 1;
};

// The fraction of the smallest denominator up to 2^20 that is this double; where there is none, the
// nearest one. REQUIRES: 0 < speed < 2^32.
SpeedFraction ToSpeedFraction(double speed);

// A moment of the source in ticks: num / den. REQUIRES: den > 0.
struct TickTime {
  __extension__ using Wide = __int128;
  Wide num = 0;
  Wide den = 1;

  [[nodiscard]] bool IsBefore(std::int64_t tick) const { return num < den * tick; }
  [[nodiscard]] bool IsAfter(std::int64_t tick) const { return num > den * tick; }
  [[nodiscard]] double Seconds(Timebase timebase) const {
    return static_cast<double>(num) / static_cast<double>(den) * timebase.Seconds(1);
  }
};

// `time` units of stamp.den / stamp.num seconds, less `origin` seconds (a fraction), in ticks.
// Where stamps are coarse, a moment that a stamp may have been rounded from is taken to be the tick
// itself: with stamps of a millisecond and frames at 30000 / 1001, 33 is tick 1.
TickTime ToTickTime(std::int64_t time, Timebase stamp, Timebase timebase, TickTime origin_s);

class ClipTimes {
 public:
  // What one of n clips takes, in bytes: an integer for each and one for the end.
  static constexpr std::size_t PlanBytes(std::size_t n_clips) {
    return (n_clips + 1) * sizeof(std::int64_t);
  }

  // Output in units of unit.den / unit.num seconds. `clips` must outlive this.
  ClipTimes(std::span<const Clip> clips, Timebase timebase, Timebase unit);

  [[nodiscard]] std::size_t n_clips() const { return clips_.size(); }
  [[nodiscard]] const Clip& clip(std::size_t i) const { return clips_[i]; }
  [[nodiscard]] Timebase unit() const { return unit_; }
  [[nodiscard]] Timebase timebase() const { return timebase_; }

  // Where clip i begins in the output; n_clips(): where the output ends. Rounded to nearest.
  [[nodiscard]] std::int64_t OutputBegin(std::size_t i) const;
  // Where `source` is seen while clip i plays, rounded to nearest. Not bounded by the clip.
  [[nodiscard]] std::int64_t Output(std::size_t i, TickTime source) const;

 private:
  std::span<const Clip> clips_;
  Timebase timebase_;
  Timebase unit_;
  TickTime units_per_tick_;
  std::vector<std::int64_t> begin_ticks_;  // of each clip in the output, and the end
};

}  // namespace tidemark
