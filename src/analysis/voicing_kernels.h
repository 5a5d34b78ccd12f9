// Autocorrelation for VoicingMeter. Pure; any thread.
#pragma once

#include <cstddef>

namespace tidemark::analysis {

// Of x[0, n) with x[lag, lag + n), for each lag in [first_lag, first_lag + n_lags): the sum of
// products over the root of both energies, each raised by `floor`, into out[lag - first_lag].
// x holds n + first_lag + n_lags samples.
void NormalisedCorrelation(const float* x, std::size_t n, std::size_t first_lag, std::size_t n_lags,
                           float floor, float* out);

}  // namespace tidemark::analysis
