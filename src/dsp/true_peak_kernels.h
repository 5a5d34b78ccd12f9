// The polyphase filter of TruePeak.
#pragma once

#include <cstddef>

namespace tidemark::dsp {

// The largest magnitude of all phases at x[0] .. x[n - 1]; reads x[-11] .. x[n - 1].
float TruePeakOfPhases4(const float* x, std::size_t n);
// The same for the sample itself and the point half way to the next.
float TruePeakOfPhases2(const float* x, std::size_t n);

// No phase amplifies max|x| by more than this.
float TruePeakMaxGain(int oversampling);

}  // namespace tidemark::dsp
