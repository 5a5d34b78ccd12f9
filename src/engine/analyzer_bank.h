// AnalyzerBank: the analyzers of one run, in two lanes: most run on the analysing thread; where
// decoding costs next to nothing, the one that costs most runs ahead on the decoding thread. It
// collects what they give back on the way. One owner; the analysing thread, but for ahead().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "engine/analyze_options.h"
#include "engine/analyzer_lane.h"
#include "engine/click_stage.h"
#include "engine/plan.h"
#include "engine/range_reader.h"
#include "engine/record_tray.h"
#include "engine/report.h"
#include "engine/rhythm_stage.h"
#include "io/waveform_file.h"
#include "memory/arena.h"

namespace tidemark::engine {

class AnalyzerBank {
 public:
  // Adds rows for each feature; those of ours sum to exactly what Create() takes from the arena.
  static void AddToPlan(const AnalyzeOptions& options, const StreamFormat& format, Plan& plan);

  // kUsage where an option does not fit the format (--fmin above the Nyquist frequency); kIo where
  // the waveform file or the click track cannot be created.
  static Result<std::unique_ptr<AnalyzerBank>> Create(const AnalyzeOptions& options,
                                                      const io::SourceInfo& info, bool threaded,
                                                      memory::Arena& arena);

  AnalyzerBank(const AnalyzerBank&) = delete;
  AnalyzerBank& operator=(const AnalyzerBank&) = delete;

  // The analyzers for the decoding thread, which gets every block before Push() does.
  [[nodiscard]] AnalyzerLane& ahead() { return *ahead_; }

  // Allocates nothing. kIo where a temporary file, the waveform file or the click track
  // cannot be written.
  Result<void> Push(const ReadBlock& block);
  // REQUIRES: the decoding thread has delivered the end.
  Result<void> Finish();

  // What became certain in the last Push() or Finish(), valid until the next; empty where the
  // feature is off.
  [[nodiscard]] std::span<const analysis::Interval> new_intervals() const;
  [[nodiscard]] std::span<const analysis::Beat> new_beats() const;
  [[nodiscard]] std::span<const analysis::TempoPoint> new_tempo() const;
  // All of it.
  [[nodiscard]] RunLogs logs() const;

  // REQUIRES: Finish() was called.
  void FillReport(Report& report) const;

 private:
  AnalyzerBank() = default;
  void BeginStep();
  Result<void> Collect();

  std::unique_ptr<analysis::SpectralAnalyzer> spectral_;
  std::unique_ptr<analysis::LoudnessAnalyzer> loudness_;
  std::unique_ptr<analysis::ActivityAnalyzer> activity_;
  std::unique_ptr<RhythmStage> rhythm_;
  std::unique_ptr<analysis::WaveformAnalyzer> waveform_;
  std::optional<AnalyzerLane> ahead_;
  std::optional<AnalyzerLane> here_;
  std::optional<RecordTray<analysis::Interval>> intervals_;
  std::optional<io::WaveformFile> waveform_file_;
  std::unique_ptr<ClickStage> click_;  // after rhythm_, whose log it reads
  AnalyzeOptions options_;
  std::int64_t non_finite_samples_ = 0;
};

}  // namespace tidemark::engine
