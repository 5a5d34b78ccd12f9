// KWeighting: the K-weighting filter of ITU-R BS.1770-4 annex 1 for any sample rate: a high shelf
// (+4 dB above 1.7 kHz) and a high-pass (38 Hz), made by the bilinear transform from the analog
// parameters that give the standard's 48 kHz table. At 48 kHz the coefficients are the table's.
// Immutable after construction; states belong to the caller, one per channel.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace tidemark::dsp {

// Frames filtered at once: the recursion is unrolled this far, so that SIMD lanes are time.
inline constexpr std::size_t kKWeightingStep = 8;

// Two state-variable sections; their integrators, in double: the high-pass poles lie 3e-4 from
// the unit circle at 768 kHz.
struct KWeightingState {
  std::array<double, 4> s{};
};

// y[i] = sum_j state_to_output[j][i] s[j] + sum_j input_to_output[j][i] x[j]   (i < 8)
// s'[i] = sum_j state_to_state[j][i] s[j] + sum_j input_to_state[j][i] x[j]    (i < 4)
struct KWeightingMatrices {
  std::array<std::array<float, kKWeightingStep>, kKWeightingStep> input_to_output{};
  std::array<std::array<float, kKWeightingStep>, 4> state_to_output{};
  std::array<std::array<float, 4>, kKWeightingStep> input_to_state{};
  std::array<std::array<double, 4>, 4> state_to_state{};
};

class KWeighting {
 public:
  // REQUIRES: sample_rate_hz > 3,364, twice the corner of the shelf.
  explicit KWeighting(double sample_rate_hz);

  // Filters in (full scale 1.0) to out. Both as long; at most kMaxFrames. A length that is no
  // multiple of kKWeightingStep ends the signal: start over with a new state after it.
  void Process(std::span<const float> in, KWeightingState& state, std::span<float> out) const;
  static constexpr std::size_t kMaxFrames = 1024;

 private:
  KWeightingMatrices matrices_;
};

}  // namespace tidemark::dsp
