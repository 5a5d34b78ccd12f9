#include "base/clip.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace tidemark {

std::int64_t SampleAtTick(std::int64_t ticks, Timebase timebase, std::int64_t rate_hz) {
  assert(ticks >= 0 && rate_hz > 0 && timebase.num > 0 && timebase.den > 0);
  __extension__ using Wide = __int128;
  const Wide product = static_cast<Wide>(ticks) * rate_hz * timebase.den;
  return static_cast<std::int64_t>(product / timebase.num);
}

std::int64_t OutputTicks(const Clip& clip) {
  if (clip.speed == 1) return clip.end - clip.begin;
  const double begin = std::ceil(static_cast<double>(clip.begin) / clip.speed);
  const double end = std::ceil(static_cast<double>(clip.end) / clip.speed);
  return std::max<std::int64_t>(static_cast<std::int64_t>(end - begin), 0);
}

}  // namespace tidemark
