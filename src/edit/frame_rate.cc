#include "edit/frame_rate.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace tidemark::edit {
namespace {

constexpr double kMaxFrameRate = 240;  // ticks that are faster are samples
constexpr Timebase kAudioOnlyRate{60, 1};
constexpr std::int64_t kNtscNominals[] = {24, 30, 48, 60, 120};

double Hertz(Timebase rate) {
  return static_cast<double>(rate.num) / static_cast<double>(rate.den);
}

}  // namespace

std::int64_t RescaleTicks(std::int64_t ticks, Timebase from, Timebase to) {
  assert(ticks >= 0 && from.num > 0 && from.den > 0 && to.num > 0 && to.den > 0);
  if (from == to) return ticks;
  from = Reduced(from);
  to = Reduced(to);
  // Twice ticks * from.den * to.num stays below 2^(1 + 53 + 31 + 31).
  __extension__ using Wide = __int128;
  const Wide numerator = static_cast<Wide>(ticks) * from.den * to.num;
  const Wide denominator = static_cast<Wide>(from.num) * to.den;
  return static_cast<std::int64_t>((2 * numerator + denominator) / (2 * denominator));
}

Timebase Reduced(Timebase timebase) {
  const std::int64_t divisor = std::gcd(timebase.num, timebase.den);
  return {timebase.num / divisor, timebase.den / divisor};
}

Timebase EditRate(const Timeline& timeline) {
  if (Hertz(timeline.timebase) <= kMaxFrameRate) return Reduced(timeline.timebase);
  if (timeline.media.video) return Reduced(timeline.media.video->frame_rate);
  return kAudioOnlyRate;
}

Timebase TimecodeRate(Timebase rate) {
  rate = Reduced(rate);
  if (rate.den == 1 && rate.num <= 120) return rate;
  const double hertz = Hertz(rate);
  for (const std::int64_t nominal : kNtscNominals) {
    const Timebase ntsc{nominal * 1000, 1001};
    if (std::abs(hertz - Hertz(ntsc)) < 0.005) return ntsc;
  }
  return {std::clamp<std::int64_t>(std::llround(hertz), 1, 120), 1};
}

int NominalRate(Timebase rate) { return static_cast<int>((rate.num + rate.den - 1) / rate.den); }

Timebase SpeedFraction(double speed) {
  // Convergents of the continued fraction, which are the best for the size of q.
  constexpr std::int64_t kMaxDenominator = 1000;
  Timebase before{0, 1};
  Timebase best{1, 0};
  double rest = speed;
  for (int i = 0; i < 32; ++i) {
    const double whole = std::floor(rest);
    const auto n = static_cast<std::int64_t>(whole);
    const Timebase next{n * best.num + before.num, n * best.den + before.den};
    if (next.den > kMaxDenominator) break;
    before = best;
    best = next;
    if (rest - whole < 1e-9) break;
    rest = 1 / (rest - whole);
  }
  return {std::max<std::int64_t>(best.num, 1), std::max<std::int64_t>(best.den, 1)};
}

}  // namespace tidemark::edit
