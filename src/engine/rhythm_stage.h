// RhythmStage: the RhythmAnalyzer of a run on whichever lane it is put, and what it gives back.
// As an Analyzer it belongs to the thread of its lane; all else is the analysing thread's.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "analysis/rhythm.h"
#include "engine/analyze_options.h"
#include "engine/plan.h"
#include "engine/record_ring.h"
#include "engine/record_tray.h"
#include "engine/report.h"
#include "memory/arena.h"

namespace tidemark::engine {

class RhythmStage final : public analysis::Analyzer {
 public:
  // True where a run with these features needs the stage.
  static bool Serves(const FeatureSet& features) {
    return features.Has(Feature::kTempo) || features.Has(Feature::kBeats);
  }
  // REQUIRES of both: options.block_frames > 0. Errors are those of RhythmAnalyzer.
  static void AddToPlan(const AnalyzeOptions& options, const StreamFormat& format, Plan& plan);
  static Result<std::unique_ptr<RhythmStage>> Create(const AnalyzeOptions& options,
                                                     const StreamFormat& format,
                                                     memory::Arena& arena);

  void Push(const AudioBlock& block) override;
  void Gap(std::int64_t next_frame) override;
  void Finish() override;

  void BeginStep();
  // Takes over what has become certain. kIo where a temporary file cannot be written.
  Result<void> Collect();
  // Since BeginStep(), valid until the next; empty where the feature is off.
  [[nodiscard]] std::span<const analysis::Beat> new_beats() const;
  [[nodiscard]] std::span<const analysis::TempoPoint> new_tempo() const;
  void FillLogs(RunLogs& logs) const;
  // REQUIRES: the lane has finished.
  void FillReport(Report& report) const;

 private:
  // How the records of one feature leave; absent where the feature is off.
  template <typename T>
  struct Outlet {
    static std::size_t PlanBytes(std::size_t capacity) {
      return RecordRing<T>::PlanBytes(capacity) + RecordTray<T>::PlanBytes(capacity);
    }
    Outlet(std::size_t capacity, const io::OpenOptions& open, memory::Arena& arena)
        : ring(capacity, arena), tray(capacity, open, arena) {}
    Result<void> Collect() { return tray.Take(ring.Pop(tray.room())); }

    RecordRing<T> ring;
    RecordTray<T> tray;
  };

  RhythmStage(const AnalyzeOptions& options, const StreamFormat& format, memory::Arena& arena);
  static std::size_t StageBytes(const AnalyzeOptions& options, const StreamFormat& format);
  void Drain();

  FeatureSet features_;
  double rate_hz_;
  std::unique_ptr<analysis::RhythmAnalyzer> analyzer_;
  std::span<analysis::Beat> drained_beats_;
  std::span<analysis::TempoPoint> drained_tempo_;
  std::optional<Outlet<analysis::Beat>> beats_;
  std::optional<Outlet<analysis::TempoPoint>> tempo_;
  std::int64_t position_ = 0;  // behind the last frame pushed
  double latency_s_ = 0;       // the longest that a beat took to become certain
  std::atomic<bool> overflowed_ = false;
};

}  // namespace tidemark::engine
