#include <fmt/format.h>
#include <unistd.h>

#include <new>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/message.h"
#include "engine/plan_text.h"
#include "engine/track_run.h"
#include "io/write_all.h"

namespace tidemark::cli {
namespace {

constexpr double kStatsInterval_s = 1;

// Standard error is for people who may close it: no failure of the run.
void PrintStats(const engine::TrackSummary& summary, StatsStyle style, bool is_final) {
  std::string text;
  if (style == StatsStyle::kJson) text = TrackLineJson(summary, is_final);
  if (style == StatsStyle::kText) text = is_final ? TrackEndText(summary) : TrackLineText(summary);
  [[maybe_unused]] const int error =
      io::WriteAll(STDERR_FILENO, std::as_bytes(std::span(text)), nullptr);
}

std::string InputOf(const engine::TrackRequest& request) {
  return Printable(request.capture_device.empty() ? request.input_path : request.capture_device);
}

Result<void> Pull(engine::TrackRun& run, StatsStyle style) {
  double next_s = WallSeconds() + kStatsInterval_s;
  for (;;) {
    bool more = false;
    TM_TRY_ASSIGN(more, run.Next());
    if (!more) return {};
    if (style == StatsStyle::kNone || WallSeconds() < next_s) continue;
    next_s += kStatsInterval_s;
    PrintStats(run.Summary(), style, false);
  }
}

Result<void> Track(const TrackCommand& command, const Cancellation& cancellation) {
  const std::string input = InputOf(command.request);
  std::unique_ptr<engine::TrackRun> run;
  TM_TRY_ASSIGN(run, engine::TrackRun::Open(command.request, cancellation));
  if (command.explain) {
    return PrintOut(engine::PlanText(run->plan(), input))
               ? Result<void>()
               : Fail(ErrorCode::kIo, "standard output: cannot write");
  }
  TM_TRY(run->Start());
  const auto pulled = Pull(*run, command.stats);
  const engine::TrackSummary summary = run->Summary();
  if (!summary.warning.empty()) {
    PrintMessage(fmt::format("{}: warning: {}", input, summary.warning));
  }
  PrintStats(summary, command.stats, true);
  return pulled;
}

int Failed(const Error& error) {
  PrintMessage(error.message);
  return ExitCode(error.code);
}

}  // namespace

int RunTrack(const TrackCommand& command, const Cancellation& cancellation) {
  try {
    const auto done = Track(command, cancellation);
    return done ? kExitOk : Failed(done.error());
  } catch (const std::bad_alloc&) {
    return Failed({ErrorCode::kMemory,
                   InputOf(command.request) + ": the memory ceiling was met; raise --memory"});
  }
}

}  // namespace tidemark::cli
