#include "analysis/beat_decoder_kernels.h"

#include <algorithm>
#include <cstring>

#include "dsp/simd.h"

// The vectors below never cross a call: what they are passed to is inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace tidemark::analysis {
namespace {

using Floats = float __attribute__((vector_size(kDecoderLanes * sizeof(float))));
using Ints = std::int32_t __attribute__((vector_size(kDecoderLanes * sizeof(std::int32_t))));

[[gnu::always_inline]] inline Floats Load(const float* from) {
  Floats value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

}  // namespace

TM_KERNEL float LargestOf(const float* values, std::size_t n) {
  Floats largest = Load(values);
  for (std::size_t i = kDecoderLanes; i < n; i += kDecoderLanes) {
    const Floats next = Load(values + i);
    largest = next > largest ? next : largest;
  }
  float most = largest[0];
  for (std::size_t lane = 1; lane < kDecoderLanes; ++lane) most = std::max(most, largest[lane]);
  return most;
}

TM_KERNEL void BestOrigins(const float* ending, const float* steps, std::int32_t reach,
                           float otherwise, std::int32_t mark, float* best, std::int32_t* origin) {
  Floats most = Floats{} + otherwise;
  Ints from = Ints{} + mark;
  for (std::int32_t change = -reach; change <= reach; ++change) {
    const Floats sum = Load(ending + change) + Load(steps);
    const Ints better = sum > most;
    most = better ? sum : most;
    from = better ? Ints{} + change : from;
    steps += kDecoderLanes;
  }
  std::memcpy(best, &most, sizeof(most));
  std::memcpy(origin, &from, sizeof(from));
}

}  // namespace tidemark::analysis
