// SpectralAnalyzer: the tuning and the dominant frequency of a whole file from one set of
// transforms. Channels are mixed to one (downmix.h), the mix is halved in rate stage by stage
// (spectrum_plan.h), and each band sums its spectra; memory does not grow with the audio.
// One owner, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "analysis/analyzer.h"
#include "analysis/dominant_frequency.h"
#include "analysis/downmix.h"
#include "analysis/spectrum_base_band.h"
#include "analysis/spectrum_plan.h"
#include "analysis/spectrum_upper_band.h"
#include "analysis/tuning.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "dsp/fft.h"
#include "dsp/half_band.h"
#include "memory/arena.h"

namespace tidemark::analysis {

struct SpectralOptions {
  bool tuning = true;
  bool dominant = true;
  // Where the dominant frequency is looked for; fmax_hz = 0: up to half the sample rate. Nothing
  // is found under 4 Hz.
  double fmin_hz = 20;
  double fmax_hz = 0;
  // Reference pitches for A4 beside 415, 432, 440 and 442 Hz.
  std::vector<double> references_hz = {};
};

class SpectralAnalyzer final : public Analyzer {
 public:
  static constexpr std::array<double, 4> kReferencesHz = {415, 432, 440, 442};

  // What Create() takes from the arena, exactly.
  static std::size_t PlanBytes(const SpectralOptions& options, const StreamFormat& format);
  // A bound on the heap that the Fourier library takes.
  static std::size_t PlanAllowanceBytes(const SpectralOptions& options, const StreamFormat& format);
  // kUsage where fmin_hz, fmax_hz or a reference is out of range; kMemory where no transform can
  // be planned. REQUIRES: the format is in the range of base/stream_format.h.
  static Result<std::unique_ptr<SpectralAnalyzer>> Create(const SpectralOptions& options,
                                                          const StreamFormat& format,
                                                          memory::Arena& arena);

  void Push(const AudioBlock& block) override;
  void Gap(std::int64_t next_frame) override;
  void Finish() override;

  // After Finish(). nullopt where it was not asked for or nothing tonal was heard.
  [[nodiscard]] std::optional<TuningResult> tuning() const;
  // After Finish(). nullopt where it was not asked for or there was silence in the range.
  [[nodiscard]] std::optional<DominantResult> dominant() const;

 private:
  // What the bands above the base share.
  struct UpperParts {
    dsp::RealFft fft;
    std::vector<UpperBand> bands;
  };

  SpectralAnalyzer(const SpectralOptions& options, const StreamFormat& format, BaseBand base,
                   memory::Arena& arena);
  static Result<UpperParts> CreateUpper(const SpectrumPlan& plan, memory::Arena& arena);
  void Flush();

  SpectralOptions options_;
  SpectrumPlan plan_;
  BaseBand base_;
  Downmix downmix_;
  std::vector<dsp::HalfBand> stages_;
  std::vector<std::span<float>> halves_;  // the mix, then the output of each stage
  std::optional<UpperParts> upper_;
};

}  // namespace tidemark::analysis
