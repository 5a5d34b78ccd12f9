#include "dsp/stft.h"

#include <algorithm>
#include <cassert>

#include "dsp/stft_kernels.h"
#include "dsp/window.h"

namespace tidemark::dsp {
namespace {

// A tone of amplitude a at a bin's centre gives |X| = a / 2 * sum of the window, which is n / 2.
float PowerScale(std::size_t n_samples) {
  const auto n = static_cast<double>(n_samples);
  return static_cast<float>(16 / (n * n));
}

}  // namespace

std::size_t Stft::PlanBytes(std::size_t n) { return memory::ArenaBytes<float>(n); }

Stft::Stft(std::span<const float> window, std::size_t hop, memory::Arena& arena)
    : window_(window), samples_(arena.Take<float>(window.size())), hop_(hop) {
  assert(hop > 0 && hop <= window.size());
}

std::size_t Stft::Append(std::span<const float> samples) {
  const std::size_t n = std::min(samples.size(), samples_.size() - n_filled_);
  std::ranges::copy(samples.first(n), samples_.begin() + static_cast<std::ptrdiff_t>(n_filled_));
  n_filled_ += n;
  return n;
}

StftFrame Stft::Transform(RealFft& fft) {
  assert(full() && fft.in().size() == samples_.size());
  ApplyWindow(samples_.data(), window_.data(), samples_.size(), fft.in().data());
  fft.Transform();
  const StftFrame frame{.bins = fft.out(),
                        .n_samples = samples_.size(),
                        .n_new = n_waiting(),
                        .follows = follows_,
                        .power_scale = PowerScale(samples_.size())};
  std::copy(samples_.begin() + static_cast<std::ptrdiff_t>(hop_), samples_.end(), samples_.begin());
  n_filled_ -= hop_;
  n_seen_ = n_filled_;
  follows_ = true;
  return frame;
}

StftFrame Stft::TransformRest(RealFft& fft) {
  assert(n_waiting() > 0 && fft.in().size() == samples_.size());
  const std::span<const float> samples = samples_.first(n_filled_);
  const std::span<float> in = fft.in();
  FillHann(in.first(n_filled_));
  double weighted = 0;
  double weight = 0;
  for (std::size_t i = 0; i < n_filled_; ++i) {
    weighted += static_cast<double>(in[i] * samples[i]);
    weight += static_cast<double>(in[i]);
  }
  const auto mean = static_cast<float>(weight > 0 ? weighted / weight : 0);
  for (std::size_t i = 0; i < n_filled_; ++i) in[i] *= samples[i] - mean;
  std::ranges::fill(in.subspan(n_filled_), 0.0F);
  fft.Transform();
  const StftFrame frame{.bins = fft.out(),
                        .n_samples = n_filled_,
                        .n_new = n_waiting(),
                        .follows = follows_,
                        .power_scale = PowerScale(n_filled_)};
  Reset();
  return frame;
}

void Stft::Reset() {
  n_filled_ = 0;
  n_seen_ = 0;
  follows_ = false;
}

}  // namespace tidemark::dsp
