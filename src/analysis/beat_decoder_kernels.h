// Inner loops of the beat decoder. Pure; any thread. Arrays do not overlap.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tidemark::analysis {

// Intervals are taken so many at a time.
inline constexpr std::size_t kDecoderLanes = 16;
// In place of a change of interval.
inline constexpr std::int32_t kNoChange = 1 << 20;

// ending[i] = scores[-i][i] for i < n, rows lying `stride` apart.
void TakeDiagonal(const float* scores, std::size_t stride, std::size_t n, float* ending);

// The largest of each kDecoderLanes of the values.
void LargestOfBlocks(const float* values, std::size_t n_blocks, float* most);

// The best ways into kDecoderLanes neighbouring intervals: best[i] is the largest of
// ending[i + change] + steps[change][i] for -n_changes < change < n_changes, origin[i] that change;
// or best[i] = otherwise and origin[i] = kNoChange where none is above that. `steps` are rows of
// kDecoderLanes on either side.
void BestOrigins(const float* ending, const float* steps, std::int32_t n_changes, float otherwise,
                 float* best, std::int32_t* origin);

// previous[i] = i + origin[i], or `otherwise` where that is kNoChange.
void KeepOrigins(const std::int32_t* origin, std::size_t n, std::uint8_t otherwise,
                 std::uint8_t* previous);

// sums[i] = a[i] + b[i] + c for n, a multiple of kDecoderLanes; returns the largest of them.
float Add(const float* a, const float* b, float c, std::size_t n, float* sums);

// values[i] += by.
void Shift(float by, std::size_t n, float* values);

}  // namespace tidemark::analysis
