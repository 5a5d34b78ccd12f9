#include "dsp/k_weighting_kernels.h"

#include <cstring>

#include "dsp/simd.h"

namespace tidemark::dsp {
namespace {

constexpr std::size_t kStep = kKWeightingStep;
constexpr std::size_t kStates = 4;
constexpr std::size_t kMaxSteps = KWeighting::kMaxFrames / kStep;

// The compiler splits these into what the instruction set has. Left to find the vectors in plain
// loops, g++ 12 shuffles more than it computes.
using Outputs = float __attribute__((vector_size(kStep * sizeof(float))));
using States = float __attribute__((vector_size(kStates * sizeof(float))));

template <typename Vector, typename Row>
inline __attribute__((always_inline)) void Load(const Row& row, Vector& v) {
  static_assert(sizeof(Row) == sizeof(Vector));
  std::memcpy(&v, row.data(), sizeof(v));
}

}  // namespace

// Three passes, so that only the second waits for its own results: what the input adds to the
// state in each step; the states, step after step; the output from states and input. Each state
// has an array of its own, so that nothing is packed and unpacked on the waiting path.
TM_KERNEL void KWeightingRun(const KWeightingMatrices& m, KWeightingState& state,
                             const float* __restrict in, float* __restrict out, std::size_t n) {
  const std::size_t n_steps = n / kStep;
  alignas(64) float states[kStates][kMaxSteps];
  States b[kStep];
  for (std::size_t j = 0; j < kStep; ++j) Load(m.input_to_state[j], b[j]);
  for (std::size_t k = 0; k < n_steps; ++k) {
    const float* x = in + kStep * k;
    const States sum = ((b[0] * x[0] + b[1] * x[1]) + (b[2] * x[2] + b[3] * x[3])) +
                       ((b[4] * x[4] + b[5] * x[5]) + (b[6] * x[6] + b[7] * x[7]));
    for (std::size_t j = 0; j < kStates; ++j) states[j][k] = sum[j];
  }

  const auto& a = m.state_to_state;
  double s0 = state.s[0];
  double s1 = state.s[1];
  double s2 = state.s[2];
  double s3 = state.s[3];
  for (std::size_t k = 0; k < n_steps; ++k) {
    const double t0 = a[0][0] * s0 + (a[1][0] * s1 + static_cast<double>(states[0][k]));
    const double t1 = a[1][1] * s1 + (a[0][1] * s0 + static_cast<double>(states[1][k]));
    const double u2 = a[0][2] * s0 + (a[1][2] * s1 + static_cast<double>(states[2][k]));
    const double u3 = a[0][3] * s0 + (a[1][3] * s1 + static_cast<double>(states[3][k]));
    const double t2 = a[2][2] * s2 + (a[3][2] * s3 + u2);
    const double t3 = a[3][3] * s3 + (a[2][3] * s2 + u3);
    states[0][k] = static_cast<float>(s0);
    states[1][k] = static_cast<float>(s1);
    states[2][k] = static_cast<float>(s2);
    states[3][k] = static_cast<float>(s3);
    s0 = t0;
    s1 = t1;
    s2 = t2;
    s3 = t3;
  }
  state.s = {s0, s1, s2, s3};

  Outputs t[kStep];
  Outputs c[kStates];
  for (std::size_t j = 0; j < kStep; ++j) Load(m.input_to_output[j], t[j]);
  for (std::size_t j = 0; j < kStates; ++j) Load(m.state_to_output[j], c[j]);
  for (std::size_t k = 0; k < n_steps; ++k) {
    const float* x = in + kStep * k;
    const Outputs y =
        ((t[0] * x[0] + t[1] * x[1] + t[2] * x[2] + t[3] * x[3]) +
         (t[4] * x[4] + t[5] * x[5] + t[6] * x[6] + t[7] * x[7])) +
        (c[0] * states[0][k] + c[1] * states[1][k] + c[2] * states[2][k] + c[3] * states[3][k]);
    std::memcpy(out + kStep * k, &y, sizeof(y));
  }
}

}  // namespace tidemark::dsp
