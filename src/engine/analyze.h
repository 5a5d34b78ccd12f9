// AnalyzeRun: one file from opening to report. The caller pulls: Open, look at the plan, Start,
// Next until done, Finish. Nothing calls back. One owner; every call from the same thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/cancellation.h"
#include "engine/analyze_options.h"
#include "engine/analyzer_bank.h"
#include "engine/block_feed.h"
#include "engine/plan.h"
#include "engine/report.h"
#include "engine/run_meter.h"
#include "memory/budget.h"

namespace tidemark::engine {

class AnalyzeRun {
 public:
  struct Step {
    bool done = false;
    // Valid until the next call.
    std::span<const analysis::Interval> new_intervals;
    std::span<const analysis::Beat> new_beats;
    std::span<const analysis::TempoPoint> new_tempo;
  };

  // Opens the file, reads its header and makes the plan. Borrows cancellation for its lifetime.
  // Errors: those of io::OpenSource; kUsage for options that do not fit the file; kMemory where a
  // decoder alone would pass the ceiling; kBadData where the header announces more than
  // max_duration_s or max_ratio.
  static Result<std::unique_ptr<AnalyzeRun>> Open(const std::string& path,
                                                  const AnalyzeOptions& options,
                                                  const Cancellation& cancellation);

  // The same of samples that are at hand already, whose info() must fit io/source.h.
  static Result<std::unique_ptr<AnalyzeRun>> Open(std::unique_ptr<io::Source> source,
                                                  const AnalyzeOptions& options,
                                                  const Cancellation& cancellation);

  AnalyzeRun(const AnalyzeRun&) = delete;
  AnalyzeRun& operator=(const AnalyzeRun&) = delete;
  ~AnalyzeRun();

  [[nodiscard]] const FileSection& file() const { return file_; }
  [[nodiscard]] const Plan& plan() const { return plan_; }

  // Admits the plan, takes its memory and has the kernel hold the process to the ceiling.
  // kMemory where the plan is over it: the message names the smallest ceiling that would do.
  Result<void> Start();

  // Analyses the next block. Allocates nothing. Errors: those of io::Source::Read; kBadData past
  // max_duration_s or max_ratio; kCancelled. REQUIRES: Start() succeeded, not done yet.
  Result<Step> Next();

  // REQUIRES: Next() said done.
  [[nodiscard]] Report Finish();

  // What was found so far and grows with the audio. Lives as long as the run.
  [[nodiscard]] RunLogs logs() const { return bank_ ? bank_->logs() : RunLogs{}; }

  [[nodiscard]] double done_s() const;
  // How much will be read; nullopt where nobody knows.
  [[nodiscard]] std::optional<double> total_s() const;

 private:
  AnalyzeRun(const AnalyzeOptions& options, const Cancellation& cancellation);
  Result<void> Adopt(std::unique_ptr<io::Source> source);
  void MakePlan();
  Result<void> CheckLimits(std::int64_t n_frames) const;
  void FillFile(FileSection& file) const;

  AnalyzeOptions options_;
  const Cancellation& cancellation_;
  memory::Budget budget_;
  std::unique_ptr<io::Source> source_;
  RangePlan ranges_;
  FeedOptions feed_options_;
  Plan plan_;
  FileSection file_;
  std::optional<memory::Arena> arena_;
  std::unique_ptr<AnalyzerBank> bank_;
  std::unique_ptr<BlockFeed> feed_;  // after source_ and arena_: its thread uses both

  std::int64_t frames_done_ = 0;
  std::uint64_t input_bytes_ = 0;
  RunMeter meter_;
  std::optional<std::uint64_t> allocations_before_;  // the first block
};

}  // namespace tidemark::engine
