#include "dsp/resampler.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "dsp/resampler_kernels.h"
#include "dsp/window.h"

namespace tidemark::dsp {
namespace {

constexpr std::size_t kPhases = 128;
constexpr double kZeroCrossings = 16;
constexpr double kBeta = 9;
// The middle of the transition, of the lower rate.
constexpr double kCutoff = 0.45;

// In cycles per input sample.
double Cutoff(const RateRatio& ratio) {
  const double in_hz = static_cast<double>(ratio.in_num) / static_cast<double>(ratio.in_den);
  return kCutoff * std::min(1.0, static_cast<double>(ratio.out_hz) / in_hz);
}

std::size_t HalfTaps(const RateRatio& ratio) {
  return static_cast<std::size_t>(std::ceil(kZeroCrossings / (2 * Cutoff(ratio))));
}

}  // namespace

std::size_t Resampler::PlanBytes(const RateRatio& ratio, std::size_t max_in) {
  const std::size_t n_taps = 2 * HalfTaps(ratio);
  return memory::ArenaBytes<float>((kPhases + 1) * n_taps) +
         memory::ArenaBytes<float>(n_taps + max_in);
}

Resampler::Resampler(const RateRatio& ratio, std::size_t max_in, memory::Arena& arena)
    : step_num_(ratio.in_num),
      step_den_(ratio.in_den * ratio.out_hz),
      half_(HalfTaps(ratio)),
      taps_(arena.Take<float>((kPhases + 1) * 2 * half_)),
      samples_(arena.Take<float>(2 * half_ + max_in)) {
  const std::int64_t divisor = std::gcd(step_num_, step_den_);
  step_num_ /= divisor;
  step_den_ /= divisor;
  const double cutoff = Cutoff(ratio);
  const auto half = static_cast<double>(half_);
  for (std::size_t phase = 0; phase <= kPhases; ++phase) {
    const double part = static_cast<double>(phase) / kPhases;
    for (std::size_t i = 0; i < 2 * half_; ++i) {
      const double x = static_cast<double>(i) - (half - 1) - part;
      taps_[phase * 2 * half_ + i] = static_cast<float>(KaiserSinc(x, cutoff, half, kBeta));
    }
  }
  Reset();
}

std::size_t Resampler::MaxOut(std::size_t n_in) const {
  const double out = static_cast<double>(n_in + 1) * static_cast<double>(step_den_) /
                     static_cast<double>(step_num_);
  return static_cast<std::size_t>(out) + 2;
}

void Resampler::Reset() {
  std::ranges::fill(samples_, 0.0F);
  // The first input follows half_ - 1 samples of silence, as far as the first output reaches back.
  n_past_ = static_cast<std::int64_t>(half_) - 1;
  whole_ = 0;
  fraction_ = 0;
}

std::size_t Resampler::Resample(std::span<const float> in, std::span<float> out) {
  const auto n_taps = static_cast<std::int64_t>(2 * half_);
  assert(static_cast<std::size_t>(n_past_) + in.size() <= samples_.size());
  std::ranges::copy(in, samples_.begin() + n_past_);
  const std::int64_t n_there = n_past_ + static_cast<std::int64_t>(in.size());
  std::size_t n_out = 0;
  while (whole_ + n_taps <= n_there) {
    const double phase = static_cast<double>(fraction_) * kPhases / static_cast<double>(step_den_);
    const auto row = static_cast<std::size_t>(phase);
    const float* const taps = taps_.data() + row * 2 * half_;
    assert(n_out < out.size());
    out[n_out++] = InterpolatedDot(samples_.data() + whole_, taps, taps + 2 * half_,
                                   static_cast<float>(phase - static_cast<double>(row)), 2 * half_);
    fraction_ += step_num_;
    whole_ += fraction_ / step_den_;
    fraction_ %= step_den_;
  }
  const std::int64_t done = std::min(whole_, n_there);
  std::copy(samples_.begin() + done, samples_.begin() + n_there, samples_.begin());
  n_past_ = n_there - done;
  whole_ -= done;
  return n_out;
}

}  // namespace tidemark::dsp
