// Sample conversion and extremes for WaveformAnalyzer. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tidemark::analysis {

// out[i] = trunc(in[i] * 32768), clamped to [-32768, 32767].
void ToSixteenBit(const float* in, std::int16_t* out, std::size_t n);
// sums[i] += x[i]
void AddSamples(const std::int16_t* x, std::int32_t* sums, std::size_t n);
// out[i] = sums[i] / divisor, cut towards zero. REQUIRES: sums of at most 64 samples, divisor
// <= 64.
void DivideSums(const std::int32_t* sums, int divisor, std::int16_t* out, std::size_t n);
// Lowers `lowest` and raises `highest` to the extremes of x.
void UpdateExtremes(const std::int16_t* x, std::size_t n, std::int16_t& lowest,
                    std::int16_t& highest);

}  // namespace tidemark::analysis
