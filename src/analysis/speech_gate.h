// SpeechGate: whether what sounds around a moment is speech rather than music or noise, by 3 s of
// it. Owned by SpeechAnalyzer; one thread; fixed memory.
//
// A sum of five measures, weighted:
//   glide     of the periodic moments, how many change their pitch by 0.01 to 0.15 octaves in 30
//   ms:
//             voices glide all the time, notes stay or jump
//   steady    how many change it by less than 0.005 octaves
//   colour    standard deviation, in dB, of the power of the first difference over the power:
//             vowels and fricatives take turns
//   depth     standard deviation of the amplitude over its mean: syllables and pauses
//   movement  mean change of the level in 40 ms, in dB
// The weights were fitted by logistic regression and rounded; docs/decisions/0009-cutting.md has
// what they reach.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "analysis/voicing_meter.h"

namespace tidemark::analysis {

// 10 ms of the mix.
struct SpeechFrame {
  float power = 0;       // mean square, full scale = 1.0
  float high_power = 0;  // of the first difference
  Voicing voicing;
  bool may_be_voice = false;  // by the VoiceDetector
};

class SpeechGate {
 public:
  static constexpr std::int64_t kHalfWindow = 150;  // frames either side
  static constexpr std::int64_t kKept = 512;        // frames that are looked back at

  struct Judgement {
    float score = 0;  // over 0: rather speech
    // A frame sounds if it exceeds either: 6 dB over the lowest levels of the window, but at least
    // 45 dB below the highest and at most 6 dB below it.
    float power_threshold = 0;
    float high_power_threshold = 0;
  };

  void Reset() { n_frames_ = 0; }
  void Push(const SpeechFrame& frame) { frames_[Slot(n_frames_++)] = frame; }
  [[nodiscard]] std::int64_t n_frames() const { return n_frames_; }
  // REQUIRES: one of the last kKept.
  [[nodiscard]] const SpeechFrame& frame(std::int64_t k) const {
    assert(k < n_frames_ && k >= n_frames_ - kKept);
    return frames_[Slot(k)];
  }

  // By the frames from half_window before to half_window after frame `centre`, as far as they are
  // there. REQUIRES: one is there; those before are among the last kKept; half_window is at most
  // kHalfWindow.
  [[nodiscard]] Judgement Judge(std::int64_t centre, std::int64_t half_window = kHalfWindow) const;

 private:
  // The window: levels in dB over 1 of 16-bit samples, and the colour.
  struct Levels {
    std::size_t n = 0;
    std::array<float, 2 * kHalfWindow> power_db;
    std::array<float, 2 * kHalfWindow> high_db;
    float top_db = 0;
  };
  struct Pitches {
    float glide = 0;
    float steady = 0;
  };

  static std::size_t Slot(std::int64_t k) { return static_cast<std::size_t>(k % kKept); }
  [[nodiscard]] Levels MeasureLevels(std::int64_t begin, std::int64_t end) const;
  [[nodiscard]] Pitches MeasurePitches(std::int64_t begin, const Levels& levels) const;

  std::array<SpeechFrame, kKept> frames_{};
  std::int64_t n_frames_ = 0;
};

}  // namespace tidemark::analysis
