// TruePeak: the highest point of the curve between the samples, after ITU-R BS.1770-4 annex 2:
// oversampling with the annex's 48-tap filter, four phases of 12 taps.
// One per run, for all its channels. One owner, one thread.
#pragma once

#include <cstddef>
#include <span>

#include "memory/arena.h"

namespace tidemark::dsp {

inline constexpr std::size_t kTruePeakTaps = 12;
inline constexpr std::size_t kTruePeakPhases = 4;

// How many times a signal is oversampled: 4 below 96 kHz, 2 below 192 kHz, else 1 (the samples
// themselves). What a meter may miss depends on frequency over sample rate alone, so low rates need
// no more than 4; at high rates the signal keeps away from half the sample rate.
int TruePeakOversampling(int sample_rate_hz);

class TruePeak {
 public:
  static std::size_t PlanBytes(int sample_rate_hz, int n_channels);
  TruePeak(int sample_rate_hz, int n_channels, memory::Arena& arena);

  // The next samples of one channel, at most kMaxFrames, whose largest |x| is sample_peak.
  // Stretches that cannot pass the maximum so far are left out: |y| <= max|x| times the sum of
  // the |taps|. The result is the same as with them.
  void Push(std::size_t channel, std::span<const float> samples, float sample_peak);
  static constexpr std::size_t kMaxFrames = 1024;

  // The signal starts anew; so do the filters. First lets what is in them out.
  void Flush();

  // The maximum over all channels, samples included, 1.0 = full scale.
  [[nodiscard]] float peak() const { return peak_; }

 private:
  void Scan(std::span<const float> extended, float magnitude);

  int oversampling_;
  float peak_ = 0;
  std::span<float> history_;   // per channel: the last kTruePeakTaps - 1 samples
  std::span<float> extended_;  // history and one block
};

}  // namespace tidemark::dsp
