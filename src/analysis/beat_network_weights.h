// The weights of the two forms of BeatNetwork, as the build put them into the program; bytes as
// little-endian float32 in src/analysis/*.f32, written by tools/train_beats.
#pragma once

#include <span>

namespace tidemark::analysis {

std::span<const float> BeatNetworkWeights();
std::span<const float> CausalBeatNetworkWeights();

}  // namespace tidemark::analysis
