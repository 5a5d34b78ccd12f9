#include "dsp/true_peak.h"

#include <algorithm>
#include <cassert>

#include "dsp/level_kernels.h"
#include "dsp/true_peak_kernels.h"

namespace tidemark::dsp {
namespace {

constexpr std::size_t kHistory = kTruePeakTaps - 1;
// Samples decided on at once: short enough to skip much, long enough for wide vectors.
constexpr std::size_t kStretch = 128;

}  // namespace

int TruePeakOversampling(int sample_rate_hz) {
  if (sample_rate_hz < 96'000) return 4;
  return sample_rate_hz < 192'000 ? 2 : 1;
}

std::size_t TruePeak::PlanBytes(int sample_rate_hz, int n_channels) {
  if (TruePeakOversampling(sample_rate_hz) == 1) return 0;
  return memory::ArenaBytes<float>(kHistory * static_cast<std::size_t>(n_channels)) +
         memory::ArenaBytes<float>(kHistory + kMaxFrames);
}

TruePeak::TruePeak(int sample_rate_hz, int n_channels, memory::Arena& arena)
    : oversampling_(TruePeakOversampling(sample_rate_hz)) {
  if (oversampling_ == 1) return;
  history_ = arena.Take<float>(kHistory * static_cast<std::size_t>(n_channels));
  extended_ = arena.Take<float>(kHistory + kMaxFrames);
}

void TruePeak::Push(std::size_t channel, std::span<const float> samples, float sample_peak) {
  assert(samples.size() <= kMaxFrames);
  peak_ = std::max(peak_, sample_peak);
  if (oversampling_ == 1) return;
  const auto history = history_.subspan(channel * kHistory, kHistory);
  const auto extended = extended_.first(kHistory + samples.size());
  std::copy(history.begin(), history.end(), extended.begin());
  std::copy(samples.begin(), samples.end(), extended.begin() + kHistory);
  Scan(extended, std::max(sample_peak, PeakMagnitude(history)));
  std::copy(extended.end() - kHistory, extended.end(), history.begin());
}

void TruePeak::Scan(std::span<const float> extended, float magnitude) {
  const float gain = TruePeakMaxGain(oversampling_);
  if (magnitude * gain <= peak_) return;
  for (std::size_t at = kHistory; at < extended.size(); at += kStretch) {
    const std::size_t n = std::min(kStretch, extended.size() - at);
    if (PeakMagnitude(extended.subspan(at - kHistory, kHistory + n)) * gain <= peak_) continue;
    const float* x = extended.data() + at;
    peak_ = std::max(peak_, oversampling_ == 4 ? TruePeakOfPhases4(x, n) : TruePeakOfPhases2(x, n));
  }
}

void TruePeak::Flush() {
  if (oversampling_ == 1) return;
  const auto extended = extended_.first(2 * kHistory);
  const std::size_t n_channels = history_.size() / kHistory;
  for (std::size_t channel = 0; channel < n_channels; ++channel) {
    const auto history = history_.subspan(channel * kHistory, kHistory);
    std::copy(history.begin(), history.end(), extended.begin());
    std::fill(extended.begin() + kHistory, extended.end(), 0.0F);
    Scan(extended, PeakMagnitude(history));
    std::fill(history.begin(), history.end(), 0.0F);
  }
}

}  // namespace tidemark::dsp
