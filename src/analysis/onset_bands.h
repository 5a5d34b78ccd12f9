// OnsetBands: how much louder each part of the spectrum has just become, 100 times a second, the
// input of the beat network. The magnitudes of a 46 ms Hann window in bands of about a semitone
// (10th to 12th of an octave; wider below 350 Hz, where the window parts no less), compressed by a
// logarithm against the recent level, their rise over 20 ms where a neighbouring band was not as
// loud already (a maximum filter: Boeck and Widmer, "Maximum filter vibrato suppression for onset
// detection", DAFx 2013), averaged four by four. One owner, one thread; memory from the arena.
#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>

#include "analysis/onset_kernels.h"
#include "base/result.h"
#include "dsp/fft.h"
#include "memory/arena.h"

namespace tidemark::analysis {

class OnsetBands {
 public:
  static constexpr int kFramesPerSecond = 100;
  static constexpr std::size_t kBands = 67;
  static constexpr std::size_t kGroup = 4;
  static constexpr std::size_t kOutputs = (kBands + kGroup - 1) / kGroup;
  // Where the highest band ends.
  static constexpr double kHighestHz = 7600;

  using Frame = std::array<float, kOutputs>;

  // The window and the transform in samples; even, of small factors.
  static std::size_t WindowFrames(double rate_hz);
  static std::size_t PlanBytes(double rate_hz);
  // kMemory where no transform can be planned.
  static Result<OnsetBands> Create(double rate_hz, memory::Arena& arena);

  // The next samples; calls `take(frame)` for each frame completed. Frame k is centred on sample
  // k * rate_hz / 100, rounded.
  template <typename Take>
  void Push(std::span<const float> samples, Take&& take) {
    while (!samples.empty()) {
      samples = samples.subspan(Append(samples));
      while (full()) take(NextFrame());
    }
  }

  // Samples of silence that complete the frames centred on samples so far.
  [[nodiscard]] std::size_t n_waiting() const { return window_.size() / 2; }

  // Whether the frame handed over last was 60 dB below the recent level, or digital silence.
  [[nodiscard]] bool silent() const { return silent_; }

  // Forgets all samples; the next frame is number 0 again.
  void Reset();

 private:
  OnsetBands(double rate_hz, dsp::RealFft fft, memory::Arena& arena);
  void PlanBands();
  std::size_t Append(std::span<const float> samples);
  [[nodiscard]] bool full() const { return end_ - first_ >= window_.size(); }
  [[nodiscard]] const Frame& NextFrame();
  void Compress();

  double rate_hz_;
  dsp::RealFft fft_;
  std::span<float> window_;
  std::span<float> samples_;
  std::span<float> magnitude_;
  std::span<float> weights_;
  std::array<WeightedRun, kBands> bands_{};  // of bins
  std::size_t n_bands_used_ = 0;
  std::size_t first_ = 0;  // of the samples of the frame at hand
  std::size_t end_ = 0;    // of the samples so far
  std::int64_t n_frames_ = 0;
  float level_ = 0;
  bool silent_ = true;
  std::array<std::array<float, kBands>, 3> history_{};  // compressed, newest at frame % 3
  Frame frame_{};
};

}  // namespace tidemark::analysis
