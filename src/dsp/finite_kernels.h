// Keeps what is not a usable sample out of the analyzers. Pure; any thread.
#pragma once

#include <cstddef>
#include <span>

namespace tidemark::dsp {

// Magnitudes from here on (120 dB over full scale) are no audio: squared and summed they would
// spoil every statistic.
inline constexpr float kMaxSample = 1048576.0F;

// Sets NaN, infinities and |x| >= kMaxSample to 0 in place; returns how many there were.
std::size_t ReplaceNonFinite(std::span<float> samples);

}  // namespace tidemark::dsp
