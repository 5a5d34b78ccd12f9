// CopySamples: std::copy of some thousand floats for the paths that all audio takes. The C library
// hands such lengths to `rep movsb`, which on AMD Zen runs at a fifth of the speed of a loop of
// vector moves (docs/decisions/0007).
#pragma once

#include <cstddef>
#include <cstring>

namespace tidemark {

// `from` and `to` do not overlap.
inline void CopySamples(const float* from, std::size_t n, float* to) {
  using Samples = float __attribute__((vector_size(32)));
  constexpr std::size_t kLanes = sizeof(Samples) / sizeof(float);
  std::size_t i = 0;
  for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
    Samples low;
    Samples high;
    std::memcpy(&low, from + i, sizeof(low));
    std::memcpy(&high, from + i + kLanes, sizeof(high));
    std::memcpy(to + i, &low, sizeof(low));
    std::memcpy(to + i + kLanes, &high, sizeof(high));
  }
  for (; i < n; ++i) to[i] = from[i];
}

}  // namespace tidemark
