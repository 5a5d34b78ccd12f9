#include "analysis/beat_network_kernels.h"

#include <cstring>

#include "analysis/beat_network.h"
#include "dsp/simd.h"

// The vectors below never cross a call: what they are passed to is inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace tidemark::analysis {
namespace {

constexpr std::size_t kChannels = BeatNetwork::kChannels;
// So many sums stay in registers together: of 16 channels of 4 pairs.
constexpr std::size_t kLanes = 16;
constexpr std::size_t kRows = 4;
static_assert(kChannels % kLanes == 0 && BeatNetwork::kPairs % kRows == 0);

using Channels = float __attribute__((vector_size(kLanes * sizeof(float))));

[[gnu::always_inline]] inline Channels Load(const float* from) {
  Channels value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

[[gnu::always_inline]] inline void Store(const Channels& value, float* to) {
  std::memcpy(to, &value, sizeof(value));
}

// For the 16 channels from `lane` on.
template <std::size_t kWidth, std::size_t kTaps>
[[gnu::always_inline]] inline void Convolve(const float* in, std::size_t spacing,
                                            std::size_t n_pairs, const float* weights,
                                            const float* bias, std::size_t lane, float* out) {
  for (std::size_t t = 0; t < n_pairs; t += kRows) {
    Channels sum0 = Load(bias + lane);
    Channels sum1 = sum0;
    Channels sum2 = sum0;
    Channels sum3 = sum0;
    for (std::size_t tap = 0; tap < kTaps; ++tap) {
      const float* row = in + (t + tap * spacing) * kWidth;
      const float* row_weights = weights + tap * kWidth * kChannels + lane;
      for (std::size_t i = 0; i < kWidth; ++i) {
        const Channels weight = Load(row_weights + i * kChannels);
        sum0 += weight * row[i];
        sum1 += weight * row[kWidth + i];
        sum2 += weight * row[2 * kWidth + i];
        sum3 += weight * row[3 * kWidth + i];
      }
    }
    const Channels zero{};
    Store(sum0 > zero ? sum0 : zero, out + t * kChannels + lane);
    Store(sum1 > zero ? sum1 : zero, out + (t + 1) * kChannels + lane);
    Store(sum2 > zero ? sum2 : zero, out + (t + 2) * kChannels + lane);
    Store(sum3 > zero ? sum3 : zero, out + (t + 3) * kChannels + lane);
  }
}

}  // namespace

TM_KERNEL void ConvolveInput(const float* in, std::size_t n_pairs, const float* weights,
                             const float* bias, float* out) {
  for (std::size_t lane = 0; lane < kChannels; lane += kLanes) {
    Convolve<2 * BeatNetwork::kInputs, BeatNetwork::kInputTaps>(in, 1, n_pairs, weights, bias, lane,
                                                                out);
  }
}

TM_KERNEL void ConvolveHidden(const float* in, std::size_t spacing, std::size_t n_pairs,
                              const float* weights, const float* bias, float* out) {
  for (std::size_t lane = 0; lane < kChannels; lane += kLanes) {
    Convolve<kChannels, BeatNetwork::kTaps>(in, spacing, n_pairs, weights, bias, lane, out);
  }
}

TM_KERNEL void MixResidual(const float* in, const float* residual, std::size_t n_pairs,
                           const float* weights, const float* bias, float* out) {
  for (std::size_t lane = 0; lane < kChannels; lane += kLanes) {
    for (std::size_t t = 0; t < n_pairs; t += kRows) {
      const float* const row = in + t * kChannels;
      const float* const kept = residual + t * kChannels + lane;
      const Channels start = Load(bias + lane);
      Channels sum0 = start + Load(kept);
      Channels sum1 = start + Load(kept + kChannels);
      Channels sum2 = start + Load(kept + 2 * kChannels);
      Channels sum3 = start + Load(kept + 3 * kChannels);
      for (std::size_t i = 0; i < kChannels; ++i) {
        const Channels weight = Load(weights + i * kChannels + lane);
        sum0 += weight * row[i];
        sum1 += weight * row[kChannels + i];
        sum2 += weight * row[2 * kChannels + i];
        sum3 += weight * row[3 * kChannels + i];
      }
      float* const to = out + t * kChannels + lane;
      Store(sum0, to);
      Store(sum1, to + kChannels);
      Store(sum2, to + 2 * kChannels);
      Store(sum3, to + 3 * kChannels);
    }
  }
}

}  // namespace tidemark::analysis
