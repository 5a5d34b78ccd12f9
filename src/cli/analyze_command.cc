#include <fmt/format.h>
#include <unistd.h>

#include <new>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/message.h"
#include "cli/progress.h"
#include "engine/analyze.h"

namespace tidemark::cli {
namespace {

using engine::AnalyzeRun;
using engine::ReportWriter;

// A failure of the output ends the command; a failure of one file does not.
struct Outcome {
  Result<void> file;
  Result<void> output;
};

Outcome ReadAll(AnalyzeRun& run, ReportWriter& writer, Progress& progress) {
  for (;;) {
    const auto step = run.Next();
    if (!step) return {tl::unexpected<Error>(step.error()), {}};
    for (const analysis::Interval& interval : step->new_intervals) {
      if (auto written = writer.OnInterval(run.file(), interval); !written) return {{}, written};
    }
    for (const analysis::TempoPoint& point : step->new_tempo) {
      if (auto written = writer.OnTempo(run.file(), point); !written) return {{}, written};
    }
    for (const analysis::Beat& beat : step->new_beats) {
      if (auto written = writer.OnBeat(run.file(), beat); !written) return {{}, written};
    }
    if (step->done) return {};
    progress.Update(run.done_s());
  }
}

Outcome AnalyzeOne(const std::string& path, const AnalyzeCommand& command,
                   const Cancellation& cancellation, ReportWriter& writer, Progress& progress) {
  auto opened = AnalyzeRun::Open(path, command.options, cancellation);
  if (!opened) return {tl::unexpected<Error>(opened.error()), {}};
  AnalyzeRun& run = **opened;
  if (command.explain) return {{}, writer.WritePlan(run.file(), run.plan())};
  if (auto started = run.Start(); !started) return {started, {}};
  if (auto begun = writer.BeginFile(run.file(), run.plan()); !begun) return {{}, begun};
  progress.BeginFile(path, run.total_s());
  Outcome outcome = ReadAll(run, writer, progress);
  progress.EndFile();
  if (!outcome.file || !outcome.output) return outcome;
  const engine::Report report = run.Finish();
  if (!report.file.warning.empty()) {
    PrintMessage(fmt::format("{}: warning: {}", Printable(path), report.file.warning));
  }
  return {{}, writer.WriteReport(report, run.logs())};
}

// bad_alloc stops here: what a file could not get is that file's failure. Where not even the
// message can be had, main has one ready.
Outcome AnalyzeGuarded(const std::string& path, const AnalyzeCommand& command,
                       const Cancellation& cancellation, ReportWriter& writer, Progress& progress) {
  try {
    return AnalyzeOne(path, command, cancellation, writer, progress);
  } catch (const std::bad_alloc&) {
    return {
        Fail(ErrorCode::kMemory, Printable(path) + ": the memory ceiling was met; raise --memory"),
        {}};
  }
}

int Failed(const Error& error) {
  PrintMessage(error.message);
  return ExitCode(error.code);
}

}  // namespace

int RunAnalyze(const AnalyzeCommand& command, const Cancellation& cancellation) {
  auto writer =
      engine::MakeReportWriter(command.format, command.output, command.paths.size(), cancellation);
  if (!writer) return Failed(writer.error());
  Progress progress(command.progress);
  int exit_code = kExitOk;
  for (const std::string& path : command.paths) {
    Outcome outcome = AnalyzeGuarded(path, command, cancellation, **writer, progress);
    if (!outcome.file) {
      const Error& error = outcome.file.error();
      const int code = ExitCode(error.code);
      if (error.code == ErrorCode::kCancelled) return Failed(error);
      PrintMessage(error.message);
      if (exit_code == kExitOk) exit_code = code;
      outcome.output = (*writer)->WriteFailure(path, error, code);
    }
    if (!outcome.output) return Failed(outcome.output.error());
  }
  if (auto ended = (*writer)->End(); !ended) return Failed(ended.error());
  return exit_code;
}

}  // namespace tidemark::cli
