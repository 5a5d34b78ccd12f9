// The recursion of KWeighting, unrolled and vectorised; see k_weighting.h for the matrices.
#pragma once

#include <cstddef>

#include "dsp/k_weighting.h"

namespace tidemark::dsp {

// REQUIRES: n is a multiple of kKWeightingStep, at most KWeighting::kMaxFrames; in and out do not
// overlap.
void KWeightingRun(const KWeightingMatrices& m, KWeightingState& state, const float* in, float* out,
                   std::size_t n);

}  // namespace tidemark::dsp
