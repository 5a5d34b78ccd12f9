// Inner loops of the beat decoder. Pure; any thread. Arrays do not overlap.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tidemark::analysis {

// Intervals are taken so many at a time.
inline constexpr std::size_t kDecoderLanes = 16;

// The largest of n values, a multiple of kDecoderLanes.
float LargestOf(const float* values, std::size_t n);

// The best ways into kDecoderLanes neighbouring intervals: best[i] is the largest of
// ending[i + change] + steps[change + reach][i] for change = -reach ... reach, origin[i] that
// change; or best[i] = otherwise and origin[i] = mark where none is above that. ending[-reach] and
// ending[kDecoderLanes - 1 + reach] can be read.
void BestOrigins(const float* ending, const float* steps, std::int32_t reach, float otherwise,
                 std::int32_t mark, float* best, std::int32_t* origin);

}  // namespace tidemark::analysis
