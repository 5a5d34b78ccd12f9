// Inner loop of the tempo meter. Pure; any thread.
#pragma once

#include <cstddef>

namespace tidemark::analysis {

// sums[i] += weight * values[i].
void AddWeighted(const float* values, std::size_t n, float weight, double* sums);

}  // namespace tidemark::analysis
