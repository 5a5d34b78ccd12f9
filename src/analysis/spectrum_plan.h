// SpectrumPlan: how SpectralAnalyzer divides the frequencies at a given sample rate. A value
// computed from the rate alone, so that PlanBytes() and Create() agree. Any thread.
//
//   rate      0 Hz .......................................................... rate / 2
//   bands     | base band, rate / 2^n | band n-1 | ...... | band 1 | band 0, full rate |
//
// Each half-band stage halves the rate until it is in (5, 10] kHz. The base band, with frames of
// about 0.75 s, carries the music; each band above it covers an octave with frames of 1024
// samples of its own rate, so that all have the same relative precision.
#pragma once

#include <cstddef>

namespace tidemark::analysis {

struct SpectrumPlan {
  static constexpr std::size_t kUpperFrame = 1024;

  double rate_hz = 0;
  std::size_t n_upper = 0;      // bands above the base band = half-band stages to it
  std::size_t base_frame = 0;   // samples at base_rate_hz()
  std::size_t n_base_bins = 0;  // bins of the base frame that are looked at, from 0 Hz

  [[nodiscard]] double band_rate_hz(std::size_t band) const {
    return rate_hz / static_cast<double>(std::size_t{1} << band);
  }
  [[nodiscard]] double base_rate_hz() const { return band_rate_hz(n_upper); }
  [[nodiscard]] double base_bin_hz() const {
    return base_rate_hz() / static_cast<double>(base_frame);
  }
  // Where the base band hands over to the bands above it.
  [[nodiscard]] double base_highest_hz() const;
};

SpectrumPlan PlanSpectrum(int sample_rate_hz);

}  // namespace tidemark::analysis
