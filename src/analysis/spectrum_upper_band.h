// UpperBand: one octave above the base band (or all the rest, at the full rate) in short frames,
// for the dominant frequency alone. A part of SpectralAnalyzer, same thread.
//
// Frames follow one another without overlap. The first kDenseFrames are all transformed; after
// them one of kSparse, at a place drawn anew for each group, so that nothing periodic can hide
// from it, stands for the whole group: steady tones lose nothing, and the transforms of an hour
// cost an eighth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "analysis/dominant_frequency.h"
#include "analysis/spectrum_plan.h"
#include "dsp/fft.h"
#include "dsp/stft.h"
#include "memory/arena.h"

namespace tidemark::analysis {

class UpperBand {
 public:
  static constexpr std::uint64_t kDenseFrames = 512;
  static constexpr std::uint64_t kSparse = 8;

  static std::size_t PlanBytes(const SpectrumPlan& plan, std::size_t band);
  // `window` is a Hann window of SpectrumPlan::kUpperFrame, shared by all bands.
  UpperBand(const SpectrumPlan& plan, std::size_t band, std::span<const float> window,
            memory::Arena& arena);

  // The next samples, at the band's rate.
  void Push(std::span<const float> samples, dsp::RealFft& fft);
  // Ends a stretch; what is left becomes a frame only if there was no other.
  void Flush(dsp::RealFft& fft);

  [[nodiscard]] LineSums sums() const;
  // Which frequencies the band answers for.
  [[nodiscard]] double lowest_hz() const;
  [[nodiscard]] double highest_hz() const;

 private:
  void AddFrame(const dsp::StftFrame& frame, double weight);
  void ChooseNext();

  double rate_hz_ = 0;
  double highest_part_ = 0;  // of the rate
  dsp::Stft stft_;
  std::span<float> power_;  // of the frame at hand
  std::span<double> power_sums_;
  std::size_t first_bin_ = 0;
  std::size_t longest_frame_ = 0;
  std::size_t n_seen_ = 0;       // samples of the frame at hand
  std::uint64_t frame_ = 0;      // its number
  std::uint64_t chosen_ = 0;     // the next frame to transform
  std::uint64_t group_end_ = 0;  // of the group that one stands for
  std::uint32_t random_ = 1;
  double total_seconds_ = 0;
};

}  // namespace tidemark::analysis
