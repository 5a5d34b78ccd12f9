// AnalyzerBank: the analyzers of one run. It cuts decoded blocks into the blocks that analyzers
// take, keeps unusable samples out, and collects what they give back on the way.
// One owner, one thread: the analysing thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/analyze_options.h"
#include "engine/interval_log.h"
#include "engine/plan.h"
#include "engine/range_reader.h"
#include "engine/report.h"
#include "io/waveform_file.h"
#include "memory/arena.h"

namespace tidemark::engine {

class AnalyzerBank {
 public:
  // Adds rows for each feature; those of ours sum to exactly what Create() takes from the arena.
  static void AddToPlan(const AnalyzeOptions& options, const StreamFormat& format, Plan& plan);

  // kUsage where an option does not fit the format (--fmin above the Nyquist frequency); kIo where
  // the waveform file cannot be created.
  static Result<std::unique_ptr<AnalyzerBank>> Create(const AnalyzeOptions& options,
                                                      const StreamFormat& format,
                                                      memory::Arena& arena);

  AnalyzerBank(const AnalyzerBank&) = delete;
  AnalyzerBank& operator=(const AnalyzerBank&) = delete;

  // Changes unusable samples of the block to 0. Allocates nothing. kIo where a temporary file or
  // the waveform file cannot be written.
  Result<void> Push(const ReadBlock& block);
  Result<void> Finish();

  // Intervals that became certain in the last Push() or Finish(), valid until the next.
  [[nodiscard]] std::span<const analysis::Interval> new_intervals() const {
    return new_intervals_.first(n_new_);
  }
  // All of them; null without the activity feature.
  [[nodiscard]] IntervalLog* intervals() { return log_ ? &*log_ : nullptr; }

  // REQUIRES: Finish() was called.
  void FillReport(Report& report) const;

 private:
  AnalyzerBank() = default;
  Result<void> PushPart(AudioBlock part);
  Result<void> Collect();

  std::unique_ptr<analysis::SpectralAnalyzer> spectral_;
  std::unique_ptr<analysis::LoudnessAnalyzer> loudness_;
  std::unique_ptr<analysis::ActivityAnalyzer> activity_;
  std::unique_ptr<analysis::WaveformAnalyzer> waveform_;
  std::vector<analysis::Analyzer*> all_;
  std::optional<IntervalLog> log_;
  std::optional<io::WaveformFile> waveform_file_;
  AnalyzeOptions options_;
  std::span<float*> part_planes_;
  std::span<analysis::Interval> new_intervals_;
  std::size_t n_new_ = 0;
  std::int64_t non_finite_samples_ = 0;
};

}  // namespace tidemark::engine
