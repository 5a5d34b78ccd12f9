#include "base/clip_times.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace tidemark {
namespace {

using Wide = TickTime::Wide;

constexpr std::int64_t kMaxSpeedDenominator = std::int64_t{1} << 20;

Wide Magnitude(Wide value) { return value < 0 ? -value : value; }

// num / den rounded to nearest, halves up. REQUIRES: den > 0.
Wide Rounded(Wide num, Wide den) {
  const Wide doubled = 2 * num + den;
  Wide quotient = doubled / (2 * den);
  if (doubled < 0 && quotient * 2 * den != doubled) --quotient;
  return quotient;
}

Wide Divisor(Wide a, Wide b) {
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

TickTime Reduced(TickTime time) {
  const Wide divisor = Divisor(time.num, time.den);
  return {time.num / divisor, time.den / divisor};
}

std::int64_t Narrow(Wide value) {
  constexpr Wide kMax = std::numeric_limits<std::int64_t>::max();
  if (value > kMax) return std::numeric_limits<std::int64_t>::max();
  if (value < -kMax) return -std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(value);
}

}  // namespace

// Convergents of the continued fraction: h(n) = a(n) h(n-1) + h(n-2).
SpeedFraction ToSpeedFraction(double speed) {
  assert(speed > 0 && speed < 4294967296.0);
  SpeedFraction before{1, 0};
  SpeedFraction best{static_cast<std::int64_t>(std::floor(speed)), 1};
  double rest = speed - std::floor(speed);
  while (rest > 0 && static_cast<double>(best.num) / static_cast<double>(best.den) != speed) {
    const double inverse = 1 / rest;
    if (inverse > static_cast<double>(kMaxSpeedDenominator)) break;
    const auto a = static_cast<std::int64_t>(inverse);
    const SpeedFraction next{a * best.num + before.num, a * best.den + before.den};
    if (next.den > kMaxSpeedDenominator) break;
    before = best;
    best = next;
    rest = inverse - std::floor(inverse);
  }
  if (best.num <= 0) return {1, kMaxSpeedDenominator};
  return best;
}

TickTime ToTickTime(std::int64_t time, Timebase stamp, Timebase timebase, TickTime origin_s) {
  const Wide stamp_ticks = static_cast<Wide>(stamp.den) * timebase.num;  // over `den`
  const Wide den = static_cast<Wide>(stamp.num) * timebase.den;
  TickTime result{static_cast<Wide>(time) * stamp_ticks, den};
  if (origin_s.num != 0) {
    result.num = result.num * origin_s.den -
                 origin_s.num * static_cast<Wide>(stamp.num) * static_cast<Wide>(timebase.num);
    result.den = den * origin_s.den;
  }
  const Wide step = stamp_ticks * (result.den / den);
  const Wide nearest = Rounded(result.num, result.den);
  if (4 * step <= result.den && Magnitude(result.num - nearest * result.den) <= step) {
    return {nearest, 1};
  }
  return Reduced(result);
}

ClipTimes::ClipTimes(std::span<const Clip> clips, Timebase timebase, Timebase unit)
    : clips_(clips),
      timebase_(timebase),
      unit_(unit),
      units_per_tick_(Reduced({static_cast<Wide>(unit.num) * timebase.den,
                               static_cast<Wide>(unit.den) * timebase.num})) {
  begin_ticks_.reserve(clips.size() + 1);
  std::int64_t ticks = 0;
  for (const Clip& clip : clips) {
    begin_ticks_.push_back(ticks);
    ticks += OutputTicks(clip);
  }
  begin_ticks_.push_back(ticks);
}

std::int64_t ClipTimes::OutputBegin(std::size_t i) const {
  return Narrow(Rounded(begin_ticks_[i] * units_per_tick_.num, units_per_tick_.den));
}

// (begin_ticks + (source - clip.begin) / speed) * units_per_tick
std::int64_t ClipTimes::Output(std::size_t i, TickTime source) const {
  const SpeedFraction speed = ToSpeedFraction(clips_[i].speed);
  const Wide into = source.num - clips_[i].begin * source.den;
  const Wide num = begin_ticks_[i] * source.den * speed.num + into * speed.den;
  const Wide den = source.den * speed.num;
  return Narrow(Rounded(num * units_per_tick_.num, den * units_per_tick_.den));
}

}  // namespace tidemark
