#include "dsp/rate_converter_kernels.h"

#include <cstring>

#include "dsp/simd.h"

// Every part of a kernel must end up in each of its clones; no vector crosses a call.
#define TM_INLINE inline __attribute__((always_inline))
#pragma GCC diagnostic ignored "-Wpsabi"

namespace tidemark::dsp {
namespace {

using Wide = float __attribute__((vector_size(8 * sizeof(float))));
using Quad = float __attribute__((vector_size(4 * sizeof(float))));
constexpr std::size_t kLanes = 8;
constexpr std::size_t kWides = kConverterTaps / kLanes;

TM_INLINE Wide Load(const float* from) {
  Wide value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

TM_INLINE void Store(const Wide& value, float* to) { std::memcpy(to, &value, sizeof(value)); }

TM_INLINE float Sum(const Wide& v) {
  const Quad four =
      __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
  return (four[0] + four[2]) + (four[1] + four[3]);
}

// The four rows around a phase and their weights: the cubic of Lagrange.
struct Phase {
  const float* rows;
  float weights[4];
};

TM_INLINE Phase PhaseAt(const float* rows, std::uint64_t fraction) {
  const auto row = static_cast<std::size_t>(fraction >> (64 - kConverterPhaseBits));
  // 24 bits of what is left: all that a float holds.
  const auto rest = static_cast<std::int32_t>(fraction << kConverterPhaseBits >> 40);
  const float u = static_cast<float>(rest) * 0x1p-24F;
  const float below = u + 1;
  const float left = 1 - u;
  const float above = 2 - u;
  return {rows + row * kConverterTaps,
          {-u * left * above * (1.0F / 6), below * left * above * 0.5F, below * u * above * 0.5F,
           -below * u * left * (1.0F / 6)}};
}

TM_INLINE Wide TapsAt(const Phase& phase, std::size_t i) {
  const float* const row = phase.rows + i * kLanes;
  return (Load(row) * phase.weights[0] + Load(row + kConverterTaps) * phase.weights[1]) +
         (Load(row + 2 * kConverterTaps) * phase.weights[2] +
          Load(row + 3 * kConverterTaps) * phase.weights[3]);
}

TM_INLINE float Dot(const Wide* taps, const float* x) {
  Wide sums[4];
  for (std::size_t i = 0; i < 4; ++i) sums[i] = taps[i] * Load(x + i * kLanes);
  for (std::size_t i = 4; i < kWides; ++i) sums[i % 4] += taps[i] * Load(x + i * kLanes);
  return Sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

}  // namespace

TM_KERNEL std::size_t GatherSamples(const ConverterLanes& lanes, std::size_t n_there,
                                    const SampleTime& step, SampleTime& at, float* const* out) {
  SampleTime time = at;
  std::size_t n_out = 0;
  for (; time.whole + kConverterTaps <= n_there; time.Add(step), ++n_out) {
    const Phase phase = PhaseAt(lanes.rows, time.fraction);
    Wide taps[kWides];
    for (std::size_t i = 0; i < kWides; ++i) taps[i] = TapsAt(phase, i);
    const float* x = lanes.samples + time.whole;
    for (std::size_t c = 0; c < lanes.channels; ++c, x += lanes.stride)
      out[c][n_out] = Dot(taps, x);
  }
  at = time;
  return n_out;
}

TM_KERNEL void ScatterSamples(const ConverterLanes& lanes, const ConverterInput& input,
                              const ScatterGains& gains, const SampleTime& step, SampleTime& at) {
  SampleTime time = at;
  for (std::size_t i = input.begin; i < input.end; ++i, time.Add(step)) {
    const Phase phase = PhaseAt(lanes.rows, time.fraction);
    Wide taps[kWides];
    for (std::size_t j = 0; j < kWides; ++j) taps[j] = TapsAt(phase, j);
    const float gain = i == input.begin ? gains.first : gains.rest;
    float* sums = lanes.samples + time.whole;
    for (std::size_t c = 0; c < lanes.channels; ++c, sums += lanes.stride) {
      const float x = gain * input.in[c][i];
      for (std::size_t j = 0; j < kWides; ++j) {
        Store(Load(sums + j * kLanes) + x * taps[j], sums + j * kLanes);
      }
    }
  }
  at = time;
}

}  // namespace tidemark::dsp
