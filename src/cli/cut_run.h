// CutRun: one `tidemark cut`, from the file to the summary. Main thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "cli/cut_options.h"
#include "cli/progress.h"
#include "edit/timeline.h"
#include "engine/cut_analysis.h"
#include "engine/cut_media.h"
#include "engine/cut_summary.h"
#include "engine/run_meter.h"

namespace tidemark::cli {

class CutRun {
 public:
  // Borrows both.
  CutRun(const CutCommand& command, const Cancellation& cancellation);

  // All of it. Errors: what went wrong first; then nothing was written.
  Result<void> Run();

  // `error` with the name that the user gave, where it names what a pipe was spooled to.
  [[nodiscard]] Error Named(Error error) const;

 private:
  Result<void> Open();
  Result<void> ReadList();
  Result<void> CheckOutput(const std::string& path) const;
  [[nodiscard]] std::string OutputPath() const;
  Result<void> MakePlan();
  Result<void> WriteLevels();
  Result<void> Analyze();
  Result<void> WriteResult();
  Result<void> Render(const edit::Timeline& timeline, const std::string& path);
  Result<void> RenderSequence();
  Result<void> Copy();
  Result<void> WriteReport();
  Result<void> PrintSummary();
  void AddWarning(const std::string& text);

  const CutCommand& command_;
  const Cancellation& cancellation_;
  engine::RunMeter meter_;
  Progress progress_;
  std::unique_ptr<engine::CutMedia> media_;
  engine::Plan plan_;
  std::optional<std::uint64_t> video_bytes_;       // for encoders of video
  std::unique_ptr<engine::CutAnalysis> analysis_;  // null where a list says what is kept
  std::optional<edit::Timeline> timeline_;
  bool from_list_ = false;
  bool timebase_is_implied_ = false;
  std::string output_;                  // what was written; empty: nothing
  std::vector<engine::CutMove> moves_;  // of --copy
  std::string warning_;
};

}  // namespace tidemark::cli
