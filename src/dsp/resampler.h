// Resampler: a signal at another rate, by a windowed sinc (Kaiser, beta 9, 16 zero crossings either
// side) of 128 phases with linear interpolation between them. Flat to 0.36 of the lower of the two
// rates, about 80 dB down from 0.54 of the lower one on. For detectors, not for listening. One
// owner, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "memory/arena.h"

namespace tidemark::dsp {

// Rates in Hz, as fractions, so that halved rates stay exact. REQUIRES: all > 0, at most 2^40, and
// in / out within 1/16 to 16.
struct RateRatio {
  std::int64_t in_num = 1;
  std::int64_t in_den = 1;
  std::int64_t out_hz = 1;
};

class Resampler {
 public:
  // What the constructor takes from the arena, for pieces of at most max_in samples.
  static std::size_t PlanBytes(const RateRatio& ratio, std::size_t max_in);
  Resampler(const RateRatio& ratio, std::size_t max_in, memory::Arena& arena);

  // The most that Resample() makes of n samples.
  [[nodiscard]] std::size_t MaxOut(std::size_t n_in) const;
  // How many input samples after an output sample's own time it comes out.
  [[nodiscard]] std::size_t LookAhead() const { return half_; }

  // Takes the next samples, fills `out` from its start with those that are ready, returns how many.
  // Sample m of the output lies at m / out_hz seconds; before the first input there is silence.
  // REQUIRES: in.size() <= max_in, out.size() >= MaxOut(in.size()).
  std::size_t Resample(std::span<const float> in, std::span<float> out);

  // Forgets the past: the next sample is the first.
  void Reset();

 private:
  std::int64_t step_num_;      // input samples from one output sample to the next:
  std::int64_t step_den_;      // step_num_ / step_den_
  std::size_t half_;           // taps either side
  std::span<float> taps_;      // kPhases + 1 rows of 2 half_
  std::span<float> samples_;   // the last 2 half_ of the past, then the piece
  std::int64_t n_past_ = 0;    // samples in samples_ before the next piece
  std::int64_t whole_ = 0;     // where the next output lies: samples_[whole_ + half_ ...] and
  std::int64_t fraction_ = 0;  // fraction_ / step_den_ of a sample behind it
};

}  // namespace tidemark::dsp
