// VoicingMeter: how periodic a voice's band is, 10 ms by 10 ms, and its pitch: the highest
// normalised autocorrelation of 40 ms at 4 kHz, 76 to 400 Hz. One owner, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace tidemark::analysis {

struct Voicing {
  float harmonicity = 0;  // -1 to 1: the autocorrelation at the pitch
  float pitch_oct = 0;    // log2 of the pitch in Hz
};

class VoicingMeter {
 public:
  static constexpr std::size_t kFrames = 40;  // 10 ms at 4 kHz

  // The next 10 ms; full scale = 1.0. What it returns is of about 25 ms before their end.
  // REQUIRES: samples.size() == kFrames.
  Voicing Push(std::span<const float> samples);

  void Reset() { samples_.fill(0); }

 private:
  static constexpr std::size_t kWindow = 160;
  static constexpr std::size_t kFirstLag = 9;  // one more either side than is searched
  static constexpr std::size_t kLags = 45;

  std::array<float, kWindow + kFirstLag + kLags> samples_{};
};

}  // namespace tidemark::analysis
