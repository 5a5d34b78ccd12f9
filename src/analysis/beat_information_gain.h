// Information gain of beats (Davies, Degara and Plumbley 2009, 2011), as in mir_eval.
// Pure; any thread.
#pragma once

#include <span>

namespace tidemark::analysis {

// How far the histogram of beat errors (41 bins over one reference interval) is from a flat one:
// 1 - entropy / log2(41), for the worse of estimate against reference and reference against
// estimate. 0 for fewer than two beats in either list. REQUIRES: both lists sorted.
double InformationGain(std::span<const double> reference, std::span<const double> estimate);

}  // namespace tidemark::analysis
