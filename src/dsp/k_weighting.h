// KWeighting: the K-weighting filter of ITU-R BS.1770-4 annex 1 for any sample rate: a high shelf
// (+4 dB above 1.7 kHz) and a high-pass (38 Hz), made by the bilinear transform from the analog
// parameters that give the standard's 48 kHz table. At 48 kHz the coefficients are the table's.
// Immutable after construction; states belong to the caller, one per channel.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace tidemark::dsp {

// A block is cut into kKWeightingLanes segments of consecutive frames, which are filtered side by
// side: SIMD lanes are segments.
inline constexpr std::size_t kKWeightingLanes = 16;
inline constexpr std::size_t kKWeightingSegment = 64;

// d and z of the shelf, then of the high-pass. Carried in double from segment to segment: the
// high-pass poles lie 3e-4 from the unit circle at 768 kHz.
struct KWeightingState {
  std::array<double, 4> s{};
};

// A second-order section. With the input x, in this order:
//   u = x - d;  y = b u + m z + d  (high-pass: y = u);  d += z + r u;  z += s u
// The states grow by small amounts, which keeps single precision exact at low corners.
template <typename Real>
struct KWeightingSection {
  Real r{};
  Real s{};
  Real b{};
  Real m{};
};

struct KWeightingTables {
  KWeightingSection<float> shelf;
  KWeightingSection<float> high_pass;
  // state_to_output[n][j]: output at frame n of a segment from state j at its start.
  std::array<std::array<float, 4>, kKWeightingSegment> state_to_output{};
  // state_to_state[j][i]: state i after a segment from state j at its start.
  std::array<std::array<double, 4>, 4> state_to_state{};
};

class KWeighting {
 public:
  static constexpr std::size_t kFrames = kKWeightingLanes * kKWeightingSegment;

  // REQUIRES: sample_rate_hz > 3,364, twice the corner of the shelf.
  explicit KWeighting(double sample_rate_hz);

  // Filters in (full scale 1.0) to out. Both as long, and of kFrames. Fewer frames end the signal:
  // start over with a new state after them.
  void Process(std::span<const float> in, KWeightingState& state, std::span<float> out) const;

 private:
  KWeightingTables tables_;
};

}  // namespace tidemark::dsp
