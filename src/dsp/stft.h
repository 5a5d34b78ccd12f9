// Stft: collects samples into overlapping frames and transforms them under a Hann window.
// It owns its sample buffer (from the arena); window and transform are the caller's and may be
// shared by many. One owner, one thread.
#pragma once

#include <complex>
#include <cstddef>
#include <span>

#include "dsp/fft.h"
#include "memory/arena.h"

namespace tidemark::dsp {

struct StftFrame {
  std::span<const std::complex<float>> bins;  // of the transform; valid until its next use
  std::size_t n_samples = 0;                  // the window's length; less than N: zeros follow
  std::size_t n_new = 0;                      // of them, how many the frame before did not have
  bool follows = false;                       // a transformed frame lies exactly a hop before
  float power_scale = 0;  // |bin|^2 times this is the squared amplitude of a tone at that bin
};

class Stft {
 public:
  // What the constructor takes from the arena for frames of n samples.
  static std::size_t PlanBytes(std::size_t n);
  // Frames of window.size() samples every `hop` <= that; `window` comes from FillHann().
  Stft(std::span<const float> window, std::size_t hop, memory::Arena& arena);

  // Takes samples until the frame is full; returns how many it took.
  std::size_t Append(std::span<const float> samples);
  [[nodiscard]] bool full() const { return n_filled_ == samples_.size(); }

  // Transforms the full frame and moves on by a hop. REQUIRES: full().
  StftFrame Transform(RealFft& fft);
  // Samples that no frame has had yet.
  [[nodiscard]] std::size_t n_waiting() const { return n_filled_ - n_seen_; }
  // Transforms what the unfinished frame holds, its mean removed, under a window of that length,
  // zeros behind. REQUIRES: n_waiting() > 0.
  StftFrame TransformRest(RealFft& fft);
  // Forgets all samples.
  void Reset();

 private:
  std::span<const float> window_;
  std::span<float> samples_;
  std::size_t hop_ = 0;
  std::size_t n_filled_ = 0;
  std::size_t n_seen_ = 0;
  bool follows_ = false;
};

}  // namespace tidemark::dsp
