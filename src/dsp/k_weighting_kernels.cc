#include "dsp/k_weighting_kernels.h"

#include <cstring>

#include "dsp/simd.h"

// Every part of the kernel must end up in each of its clones.
#define TM_INLINE inline __attribute__((always_inline))

namespace tidemark::dsp {
namespace {

constexpr std::size_t kSegment = kKWeightingSegment;
constexpr std::size_t kStates = 4;

// The compiler splits vectors into what the instruction set has. Left to find them in plain loops,
// g++ 12 shuffles more than it computes.
constexpr std::size_t kWide = 8;
constexpr std::size_t kParts = kKWeightingLanes / kWide;
using Quad = float __attribute__((vector_size(4 * sizeof(float))));
using Wide = float __attribute__((vector_size(kWide * sizeof(float))));

// Lane l of part p belongs to segment kWide p + l.
using Row = Wide[kParts];

// Four frames of eight segments, or eight segments at four frames: each half is a 4 x 4 matrix.
using Tile = Wide[4];

TM_INLINE void Transpose(Tile& v) {
  const Wide a = __builtin_shufflevector(v[0], v[1], 0, 8, 1, 9, 4, 12, 5, 13);
  const Wide b = __builtin_shufflevector(v[2], v[3], 0, 8, 1, 9, 4, 12, 5, 13);
  const Wide c = __builtin_shufflevector(v[0], v[1], 2, 10, 3, 11, 6, 14, 7, 15);
  const Wide d = __builtin_shufflevector(v[2], v[3], 2, 10, 3, 11, 6, 14, 7, 15);
  v[0] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
  v[1] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  v[2] = __builtin_shufflevector(c, d, 0, 1, 8, 9, 4, 5, 12, 13);
  v[3] = __builtin_shufflevector(c, d, 2, 3, 10, 11, 6, 7, 14, 15);
}

// Frames n to n + 3 of the segments of one part; `first` is the first sample of the part.
TM_INLINE void LoadFrames(const float* first, std::size_t n, Tile& tile) {
  for (std::size_t i = 0; i < 4; ++i) {
    Quad low;
    Quad high;
    std::memcpy(&low, first + i * kSegment + n, sizeof(low));
    std::memcpy(&high, first + (i + 4) * kSegment + n, sizeof(high));
    tile[i] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
  }
  Transpose(tile);
}

TM_INLINE void StoreFrames(Tile& tile, std::size_t n, float* first) {
  Transpose(tile);
  for (std::size_t i = 0; i < 4; ++i) {
    const Quad low = __builtin_shufflevector(tile[i], tile[i], 0, 1, 2, 3);
    const Quad high = __builtin_shufflevector(tile[i], tile[i], 4, 5, 6, 7);
    std::memcpy(first + i * kSegment + n, &low, sizeof(low));
    std::memcpy(first + (i + 4) * kSegment + n, &high, sizeof(high));
  }
}

// The filter over every segment as if silence stood before it; the states at the ends.
TM_INLINE void RunFromSilence(const KWeightingTables& tables, const float* in, Row* rows,
                              Row* states) {
  const KWeightingSection<float> shelf = tables.shelf;
  const KWeightingSection<float> high_pass = tables.high_pass;
  Row s[kStates] = {};
  for (std::size_t n = 0; n < kSegment; n += 4) {
    for (std::size_t p = 0; p < kParts; ++p) {
      Tile x;
      LoadFrames(in + p * kWide * kSegment, n, x);
      for (std::size_t i = 0; i < 4; ++i) {
        const Wide u = x[i] - s[0][p];
        const Wide shelved = (shelf.b * u + s[0][p]) + shelf.m * s[1][p];
        s[0][p] = (s[0][p] + s[1][p]) + shelf.r * u;
        s[1][p] += shelf.s * u;
        const Wide y = shelved - s[2][p];
        s[2][p] = (s[2][p] + s[3][p]) + high_pass.r * y;
        s[3][p] += high_pass.s * y;
        rows[n + i][p] = y;
      }
    }
  }
  for (std::size_t j = 0; j < kStates; ++j) {
    for (std::size_t p = 0; p < kParts; ++p) states[j][p] = s[j][p];
  }
}

// From the states that each segment adds to those at the starts of the segments.
TM_INLINE void ChainStates(const KWeightingTables& tables, KWeightingState& state, Row* states) {
  alignas(Wide) float added[kStates][kKWeightingLanes];
  alignas(Wide) float starts[kStates][kKWeightingLanes];
  std::memcpy(added, states, sizeof(added));
  const auto& a = tables.state_to_state;
  std::array<double, kStates> s = state.s;
  for (std::size_t lane = 0; lane < kKWeightingLanes; ++lane) {
    std::array<double, kStates> next;
    for (std::size_t i = 0; i < kStates; ++i) {
      starts[i][lane] = static_cast<float>(s[i]);
      next[i] = (a[0][i] * s[0] + a[1][i] * s[1]) +
                (a[2][i] * s[2] + (a[3][i] * s[3] + static_cast<double>(added[i][lane])));
    }
    s = next;
  }
  state.s = s;
  std::memcpy(states, starts, sizeof(starts));
}

}  // namespace

// The filter is linear: the output is that from silence plus what the states at the start of each
// segment make of silence. Only the states wait for the segment before.
TM_KERNEL void KWeightingRun(const KWeightingTables& tables, KWeightingState& state,
                             const float* __restrict in, float* __restrict out) {
  Row rows[kSegment];
  Row states[kStates];
  RunFromSilence(tables, in, rows, states);
  ChainStates(tables, state, states);
  for (std::size_t p = 0; p < kParts; ++p) {
    for (std::size_t n = 0; n < kSegment; n += 4) {
      Tile y;
      for (std::size_t i = 0; i < 4; ++i) {
        const auto& c = tables.state_to_output[n + i];
        y[i] = ((rows[n + i][p] + c[0] * states[0][p]) + c[1] * states[1][p]) +
               (c[2] * states[2][p] + c[3] * states[3][p]);
      }
      StoreFrames(y, n, out + p * kWide * kSegment);
    }
  }
}

}  // namespace tidemark::dsp
