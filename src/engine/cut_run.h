// CutRun: one file from opening to summary, whatever a cut is to make of it. The caller pulls:
// Open, look at the plan, Start, Next until done, Finish. Nothing calls back. One owner; every call
// from the same thread; one at a time in a process, as the ceiling is the process's.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "edit/timeline.h"
#include "engine/cut_analysis.h"
#include "engine/cut_media.h"
#include "engine/cut_options.h"
#include "engine/cut_pass.h"
#include "engine/cut_render.h"
#include "engine/cut_summary.h"
#include "engine/plan.h"
#include "engine/run_meter.h"

namespace tidemark::engine {

class CutCopy;

class CutRun {
 public:
  struct Step {
    bool done = false;
    // What goes on: "talk.wav: listening", or the name of what is written. Valid until the next
    // call.
    std::string_view name;
    double done_s = 0;
    double total_s = 0;  // 0: nobody knows
  };

  // Opens the recording, or the list and its recording, and makes the plan. A user's ceiling holds
  // from here on. Borrows both. Errors: those of CutMedia::Open(), edit::ReadTimelineList() and
  // CutRender::AddToPlan(); kUsage where rules are given for a list; kBadData where a list is of
  // another, longer recording.
  static Result<std::unique_ptr<CutRun>> Open(const CutRequest& request,
                                              const Cancellation& cancellation);

  CutRun(const CutRun&) = delete;
  CutRun& operator=(const CutRun&) = delete;
  ~CutRun();

  [[nodiscard]] const Plan& plan() const { return plan_; }

  // Looks whether output and report may be written, admits the plan, and has the kernel hold the
  // process to it. kUsage, kIo: cut_paths.h; kMemory: the plan is over the ceiling.
  Result<void> Start();

  // Reads or writes on. Errors: those of CutAnalysis and CutPass, of edit::WriteTimeline() and
  // edit::WriteCutReport(). REQUIRES: Start() succeeded, not done yet, no error yet.
  Result<Step> Next();

  // REQUIRES: Next() said done.
  [[nodiscard]] CutSummary Finish();

  // What is kept, as it was written; null for levels. REQUIRES: Next() said done.
  [[nodiscard]] const edit::Timeline* timeline() const {
    if (copied_) return &*copied_;
    return timeline_ ? &*timeline_ : nullptr;
  }

 private:
  enum class State : unsigned char { kOpened, kListening, kWriting, kReporting, kDone };

  CutRun(const CutRequest& request, const Cancellation& cancellation)
      : request_(request), cancellation_(cancellation), meter_(request.options.reach) {}
  Result<void> OpenAll();
  Result<void> ReadList();
  Result<void> AdoptMedia();
  Result<void> MakePlan();
  Result<void> Admit();
  Result<void> BeginAnalysis();
  Result<void> EndAnalysis();
  Result<void> BeginPass();
  Result<void> EndPass();
  Result<void> Advance();
  Result<void> WriteReport();
  void AddSourceWarnings();
  [[nodiscard]] std::vector<std::string> Inputs() const;
  [[nodiscard]] std::vector<double> Speeds() const;
  [[nodiscard]] std::string Named(std::string text) const;
  Error Named(Error error) const;

  const CutRequest& request_;
  const Cancellation& cancellation_;
  State state_ = State::kOpened;
  RunMeter meter_;
  std::unique_ptr<CutMedia> media_;
  Plan plan_;
  CutRenderPlan render_plan_;
  bool from_list_ = false;
  std::size_t list_bytes_ = 0;  // what reading it took, at most
  bool timebase_is_implied_ = false;
  std::unique_ptr<CutAnalysis> analysis_;  // null where a list says what is kept
  std::optional<edit::Timeline> timeline_;
  std::optional<edit::Timeline> copied_;  // what a copy came to
  std::unique_ptr<CutPass> pass_;         // while it writes
  CutCopy* copy_ = nullptr;               // pass_, where it is one
  std::string output_path_;
  std::string name_;  // of the present step
  std::vector<CutMove> moves_;
  std::string warning_;
};

}  // namespace tidemark::engine
