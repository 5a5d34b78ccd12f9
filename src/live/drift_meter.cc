#include "live/drift_meter.h"

#include <algorithm>

namespace tidemark::live {
namespace {

// Lengths are known to a frame only, and the remainder beats with the drift: a line over some
// minutes averages it out.
constexpr double kStep_s = 0.5;
constexpr double kWarmUp_s = 2;
constexpr double kMemory_s = 400;
// What is too much or too little is made up for within so long.
constexpr double kReturn_s = 120;

}  // namespace

double DriftMeter::Update(double written_s, double buffered_s) {
  elapsed_s_ += written_s;
  pending_s_ += written_s;
  if (pending_s_ < kStep_s) return 1e6 * correction_;
  const double dt = pending_s_;
  pending_s_ = 0;
  if (jumped_) {
    length_s_ = buffered_s;
    jumped_ = false;
  } else {
    const auto n = static_cast<double>(
        std::min<std::int64_t>(++n_steps_, static_cast<std::int64_t>(kMemory_s / kStep_s)) + 1);
    const double alpha = 2 * (2 * n - 1) / (n * (n + 1));
    const double beta = 6 / (n * (n + 1));
    length_s_ += (drift_ - correction_) * dt;
    const double residual = buffered_s - length_s_;
    length_s_ += alpha * residual;
    drift_ += beta * residual / dt;
  }
  if (elapsed_s_ < kWarmUp_s) return 0;
  if (!has_target_) target_s_ = length_s_;
  has_target_ = true;
  const double wanted = drift_ + (length_s_ - target_s_) / kReturn_s;
  correction_ = std::clamp(wanted, -1e-6 * kMaxPpm, 1e-6 * kMaxPpm);
  return 1e6 * correction_;
}

}  // namespace tidemark::live
