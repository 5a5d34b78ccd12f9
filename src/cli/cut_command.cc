#include <fmt/format.h>

#include <new>
#include <string>

#include "base/text.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/cut_options.h"
#include "cli/exit_code.h"
#include "cli/message.h"
#include "cli/progress.h"
#include "engine/cut_run.h"
#include "engine/plan_text.h"

namespace tidemark::cli {
namespace {

// All the steps, with their progress.
Result<void> Pull(engine::CutRun& run, ProgressStyle style) {
  Progress progress(style);
  std::string name;
  for (;;) {
    const auto step = run.Next();
    if (!step) {
      progress.EndFile();
      return tl::unexpected<Error>(step.error());
    }
    if (step->done) break;
    if (step->name != name) {
      if (!name.empty()) progress.EndFile();
      name = step->name;
      progress.BeginFile(name, step->total_s > 0 ? std::optional(step->total_s) : std::nullopt);
    }
    progress.Update(step->done_s);
  }
  progress.EndFile();
  return {};
}

Result<void> Print(const std::string& text) {
  return PrintOut(text) ? Result<void>() : Fail(ErrorCode::kIo, "standard output: cannot write");
}

// Standard output is for one thing: where it gets the media, the list or the levels, no summary.
Result<void> PrintSummary(const CutCommand& command, const engine::CutSummary& summary) {
  if (!summary.warning.empty()) {
    PrintMessage(fmt::format("{}: warning: {}", Printable(summary.input), summary.warning));
  }
  const bool is_taken = summary.output == "-" || command.request.report_path == "-";
  if (is_taken || command.request.product == engine::CutProduct::kLevels) return {};
  return Print(command.json ? engine::CutSummaryJson(summary) : engine::CutSummaryText(summary));
}

Result<void> Cut(const CutCommand& command, const Cancellation& cancellation) {
  std::unique_ptr<engine::CutRun> run;
  TM_TRY_ASSIGN(run, engine::CutRun::Open(command.request, cancellation));
  if (command.explain) {
    return Print(engine::PlanText(run->plan(), Printable(command.request.path)));
  }
  TM_TRY(run->Start());
  TM_TRY(Pull(*run, command.progress));
  return PrintSummary(command, run->Finish());
}

int Failed(const Error& error) {
  PrintMessage(error.message);
  return ExitCode(error.code);
}

}  // namespace

int RunCut(const CutCommand& command, const Cancellation& cancellation) {
  try {
    const auto done = Cut(command, cancellation);
    return done ? kExitOk : Failed(done.error());
  } catch (const std::bad_alloc&) {
    return Failed({ErrorCode::kMemory, Printable(command.request.path) +
                                           ": the memory ceiling was met; raise --memory"});
  }
}

}  // namespace tidemark::cli
