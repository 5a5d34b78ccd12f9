// Continuity of beats (Hainsworth 2004; Klapuri, Eronen and Astola 2006), as in mir_eval.
// Pure; any thread.
#pragma once

#include <span>

namespace tidemark::analysis {

// Shares of beats that are right. "Continuous" counts the longest run of them only; "any level"
// takes the best over the variations of the reference (beat_variations.h).
struct BeatContinuity {
  double cml_continuous = 0;  // CMLc: correct metrical level, continuity required
  double cml_total = 0;       // CMLt
  double aml_continuous = 0;  // AMLc: any metrical level
  double aml_total = 0;       // AMLt
};

// An estimate is right where it lies within 17.5 % of a reference interval of its nearest
// reference, which no earlier one has taken, and the interval behind it differs from the
// reference's by less than 17.5 %. Shares are of the larger count. All 0 for fewer than two beats
// in either list. REQUIRES: both lists sorted.
BeatContinuity MeasureContinuity(std::span<const double> reference,
                                 std::span<const double> estimate);

}  // namespace tidemark::analysis
