#include "analysis/beat_network_weights.h"

#include <bit>

static_assert(std::endian::native == std::endian::little, "the weights are little-endian");

// The assembler copies the files in; CMake names them and rebuilds when they change.
#define TM_EMBED(name, path)                                           \
  asm(".section .rodata\n"                                             \
      ".balign 64\n"                                                   \
      ".global " #name "\n" #name                                      \
      ":\n"                                                            \
      ".incbin \"" path                                                \
      "\"\n"                                                           \
      ".global " #name "_end\n" #name                                  \
      "_end:\n"                                                        \
      ".previous\n");                                                  \
  extern "C" __attribute__((visibility("hidden"))) const float name[]; \
  extern "C" __attribute__((visibility("hidden"))) const float name##_end[]

TM_EMBED(tidemark_beat_network, TIDEMARK_BEAT_NETWORK);
TM_EMBED(tidemark_beat_network_causal, TIDEMARK_BEAT_NETWORK_CAUSAL);

namespace tidemark::analysis {

std::span<const float> BeatNetworkWeights() {
  return {tidemark_beat_network, tidemark_beat_network_end};
}

std::span<const float> CausalBeatNetworkWeights() {
  return {tidemark_beat_network_causal, tidemark_beat_network_causal_end};
}

}  // namespace tidemark::analysis
