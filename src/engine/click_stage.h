// ClickStage: the audio of a run and its beats into a ClickTrack. Borrows the log of the beats.
// One owner; the analysing thread.
#pragma once

#include <cstdint>
#include <memory>

#include "analysis/rhythm.h"
#include "engine/analyze_options.h"
#include "engine/plan.h"
#include "engine/range_reader.h"
#include "engine/record_log.h"
#include "engine/report.h"
#include "io/click_track.h"
#include "memory/arena.h"

namespace tidemark::engine {

class ClickStage {
 public:
  static void AddToPlan(Plan& plan);
  // Errors are those of io::ClickTrack.
  static Result<std::unique_ptr<ClickStage>> Create(const AnalyzeOptions& options,
                                                    const StreamFormat& format,
                                                    const RecordLog<analysis::Beat>& beats,
                                                    memory::Arena& arena);

  // REQUIRES of the blocks: no gap but before the first. kIo where the file cannot be written, here
  // and below.
  Result<void> Push(const ReadBlock& block);
  // A click for each beat that was logged since, once all of its audio is there.
  Result<void> AddClicks();
  // Clicks for what is left; the file gets its name.
  Result<void> Finish();

  void FillReport(Report& report) const;

 private:
  ClickStage(const AnalyzeOptions& options, const StreamFormat& format,
             const RecordLog<analysis::Beat>& beats)
      : path_(options.click_path), rate_hz_(format.sample_rate_hz), beats_(&beats) {}
  Result<void> AddClicksUpTo(std::int64_t last_frame);

  std::string path_;
  double rate_hz_;
  RecordCursor<analysis::Beat> beats_;
  const analysis::Beat* next_ = nullptr;  // read from beats_, without a click so far
  std::int64_t start_ = 0;                // where in the file the track begins
  std::unique_ptr<io::ClickTrack> track_;
};

}  // namespace tidemark::engine
