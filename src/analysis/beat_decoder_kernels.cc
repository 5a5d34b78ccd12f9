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

[[gnu::always_inline]] inline float LargestLane(const Floats& values) {
  using Half = float __attribute__((vector_size(sizeof(Floats) / 2)));
  using Quarter = float __attribute__((vector_size(sizeof(Floats) / 4)));
  Half halves[2];
  std::memcpy(halves, &values, sizeof(values));
  const Half half = halves[0] > halves[1] ? halves[0] : halves[1];
  Quarter quarters[2];
  std::memcpy(quarters, &half, sizeof(half));
  const Quarter quarter = quarters[0] > quarters[1] ? quarters[0] : quarters[1];
  return std::max(std::max(quarter[0], quarter[1]), std::max(quarter[2], quarter[3]));
}

}  // namespace

TM_KERNEL void TakeDiagonal(const float* scores, std::size_t stride, std::size_t n, float* ending) {
  for (std::size_t i = 0; i < n; ++i) {
    ending[i] = *scores;
    scores -= stride - 1;
  }
}

TM_KERNEL void LargestOfBlocks(const float* values, std::size_t n_blocks, float* most) {
  for (std::size_t block = 0; block < n_blocks; ++block) {
    most[block] = LargestLane(Load(values + block * kDecoderLanes));
  }
}

TM_KERNEL void BestOrigins(const float* ending, const float* steps, std::int32_t n_changes,
                           float otherwise, float* best, std::int32_t* origin) {
  // Down and up from the middle, side by side: neither waits for the other.
  Floats below = Floats{} + otherwise;
  Floats above = below;
  Ints below_from = Ints{} + kNoChange;
  Ints above_from = below_from;
  for (std::int32_t change = 0; change < n_changes; ++change) {
    const std::ptrdiff_t row = change * std::ptrdiff_t{kDecoderLanes};
    const Floats down = Load(ending - change) + Load(steps - row);
    const Floats up = Load(ending + change) + Load(steps + row);
    const Ints down_better = down > below;
    const Ints up_better = up > above;
    below = down_better ? down : below;
    above = up_better ? up : above;
    below_from = down_better ? Ints{} - change : below_from;
    above_from = up_better ? Ints{} + change : above_from;
  }
  const Ints up_better = above > below;
  const Floats most = up_better ? above : below;
  const Ints from = up_better ? above_from : below_from;
  std::memcpy(best, &most, sizeof(most));
  std::memcpy(origin, &from, sizeof(from));
}

TM_KERNEL void KeepOrigins(const std::int32_t* origin, std::size_t n, std::uint8_t otherwise,
                           std::uint8_t* previous) {
  for (std::size_t i = 0; i < n; ++i) {
    const std::int32_t from = static_cast<std::int32_t>(i) + origin[i];
    previous[i] = static_cast<std::uint8_t>(origin[i] == kNoChange ? otherwise : from);
  }
}

TM_KERNEL float Add(const float* a, const float* b, float c, std::size_t n, float* sums) {
  Floats most = Load(a) + Load(b) + c;
  for (std::size_t i = 0; i < n; i += kDecoderLanes) {
    const Floats sum = Load(a + i) + Load(b + i) + c;
    std::memcpy(sums + i, &sum, sizeof(sum));
    most = sum > most ? sum : most;
  }
  return LargestLane(most);
}

TM_KERNEL void Shift(float by, std::size_t n, float* values) {
  for (std::size_t i = 0; i < n; ++i) values[i] += by;
}

}  // namespace tidemark::analysis
