// The recursion of KWeighting over one block, vectorised; see k_weighting.h for the tables.
#pragma once

#include "dsp/k_weighting.h"

namespace tidemark::dsp {

// REQUIRES: in and out have KWeighting::kFrames samples and do not overlap.
void KWeightingRun(const KWeightingTables& tables, KWeightingState& state, const float* in,
                   float* out);

}  // namespace tidemark::dsp
