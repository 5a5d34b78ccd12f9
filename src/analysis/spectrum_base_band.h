// BaseBand: the low frequencies in long overlapping frames; peaks go to the tuning, power and
// phase advance are summed for the dominant frequency. A part of SpectralAnalyzer, same thread.
#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <span>

#include "analysis/dominant_frequency.h"
#include "analysis/spectrum_plan.h"
#include "analysis/tuning.h"
#include "base/result.h"
#include "dsp/fft.h"
#include "dsp/stft.h"
#include "memory/arena.h"

namespace tidemark::analysis {

struct BaseBandParts {
  bool tuning = false;
  bool dominant = false;
};

class BaseBand {
 public:
  static std::size_t PlanBytes(const BaseBandParts& parts, const SpectrumPlan& plan);
  // kMemory where the transform cannot be planned.
  static Result<BaseBand> Create(const BaseBandParts& parts, const SpectrumPlan& plan,
                                 memory::Arena& arena);

  void Push(std::span<const float> samples);
  // Ends a stretch: takes what is left as a short frame and forgets the samples.
  void Flush();

  [[nodiscard]] LineSums sums() const;
  [[nodiscard]] const std::optional<TuningEstimator>& tuning() const { return tuning_; }

 private:
  BaseBand(const BaseBandParts& parts, const SpectrumPlan& plan, std::span<float> window,
           dsp::RealFft fft, memory::Arena& arena);
  void AddFrame(const dsp::StftFrame& frame);
  void AddToSums(const dsp::StftFrame& frame);

  SpectrumPlan plan_;
  dsp::RealFft fft_;
  dsp::Stft stft_;
  std::optional<TuningEstimator> tuning_;
  std::span<float> power_;                 // of the frame at hand
  std::span<std::complex<float>> before_;  // bins of the frame before; empty without dominant
  std::span<double> power_sums_;
  std::span<std::complex<double>> product_sums_;
  std::size_t longest_frame_ = 0;
  double total_seconds_ = 0;
};

}  // namespace tidemark::analysis
