// HalfBand: keeps the lower half of a signal's band, at half the rate. A linear-phase half-band FIR
// of 31 taps in its two polyphase branches: flat to 0.175 of the input rate (ripple below 0.001
// dB), 81 dB down from 0.325 on; what lies between folds over, but stays above 0.175. One owner,
// one thread.
#pragma once

#include <cstddef>
#include <span>

#include "memory/arena.h"

namespace tidemark::dsp {

class HalfBand {
 public:
  // Where the pass band ends, as a part of the input rate, and of the output rate.
  static constexpr double kPassOfInput = 0.175;
  static constexpr double kPassOfOutput = 0.35;
  // How late the output is, in its own samples.
  static constexpr double kDelay = 7.5;

  // What the constructor takes from the arena, for pieces of at most max_in samples.
  static std::size_t PlanBytes(std::size_t max_in);
  HalfBand(std::size_t max_in, memory::Arena& arena);

  // Filters the next samples into `low`, which gets in.size() / 2 of them, delayed by
  // kDelay of them. REQUIRES: in.size() is even and at most max_in.
  void Halve(std::span<const float> in, std::span<float> low);

  // Forgets the past, as if it had been silent.
  void Reset();

 private:
  std::span<float> even_;  // history, then the even samples of the piece
  std::span<float> odd_;   // the same of the odd samples
};

}  // namespace tidemark::dsp
