// ActivityThreshold: what ActivityAnalyzer takes for sound, and how users write it. A value; any
// thread.
#pragma once

#include <string_view>

#include "base/result.h"

namespace tidemark::analysis {

// What counts as sound: kAuto as in activity.h; kPeak: samples of this magnitude and more, of 1.0
// full scale, as audio editors do.
struct ActivityThreshold {
  enum class Kind : unsigned char { kAuto, kPeak };
  Kind kind = Kind::kAuto;
  double amplitude = 0;
};

// "auto", "-40dB" or "-40dBFS" (at most 0), "4%" (0 < p <= 100). kUsage otherwise.
Result<ActivityThreshold> ParseActivityThreshold(std::string_view text);

}  // namespace tidemark::analysis
