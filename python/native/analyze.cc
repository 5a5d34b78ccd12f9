// tidemark.analyze(): one engine::AnalyzeRun.
#include "engine/analyze.h"

#include <pybind11/stl.h>

#include "arguments.h"
#include "arrays.h"
#include "attended.h"
#include "bindings.h"
#include "engine/report_writer.h"

namespace tidemark::python {
namespace py = pybind11;
namespace {

// What a run found, as vectors that arrays can take over.
struct Findings {
  std::string json;
  engine::Plan plan;
  std::vector<double> intervals_s;  // start, end, start, end, ...
  std::vector<double> beat_times_s;
  std::vector<float> beat_strengths, beat_bpm;
  std::vector<std::int32_t> beat_positions;
  std::vector<double> tempo_times_s, tempo_bpm;
};

Result<void> TakeLists(const engine::RunLogs& logs, Findings& found) {
  TM_TRY(engine::ForEach(logs.intervals, [&found](const analysis::Interval& interval) {
    found.intervals_s.push_back(interval.start_s);
    found.intervals_s.push_back(interval.end_s);
  }));
  TM_TRY(engine::ForEach(logs.beats, [&found](const analysis::Beat& beat) {
    found.beat_times_s.push_back(beat.time_s);
    found.beat_strengths.push_back(beat.strength);
    found.beat_bpm.push_back(beat.bpm);
    found.beat_positions.push_back(beat.position);
  }));
  return engine::ForEach(logs.tempo, [&found](const analysis::TempoPoint& point) {
    found.tempo_times_s.push_back(point.time_s);
    found.tempo_bpm.push_back(point.bpm);
  });
}

Result<std::unique_ptr<engine::AnalyzeRun>> OpenRun(const Input& input,
                                                    const engine::AnalyzeOptions& options,
                                                    const Cancellation& cancellation) {
  if (!input.is_array()) return engine::AnalyzeRun::Open(input.name, options, cancellation);
  return engine::AnalyzeRun::Open(MakeArraySource(*input.samples, input.name), options,
                                  cancellation);
}

Result<void> Work(const Input& input, const engine::AnalyzeOptions& options,
                  const Cancellation& cancellation, WorkProgress& progress, Findings& found) {
  std::unique_ptr<engine::AnalyzeRun> run;
  TM_TRY_ASSIGN(run, OpenRun(input, options, cancellation));
  found.plan = run->plan();
  progress.total_s = run->total_s().value_or(0);
  TM_TRY(run->Start());
  for (bool done = false; !done;) {
    const auto step = run->Next();
    if (!step) return tl::unexpected<Error>(step.error());
    done = step->done;
    progress.done_s = run->done_s();
  }
  found.json = engine::ReportJson(run->Finish());
  return TakeLists(run->logs(), found);
}

py::list PlanRows(const engine::Plan& plan) {
  py::list rows;
  for (const engine::PlanRow& row : plan.rows()) {
    rows.append(py::make_tuple(row.stage, row.bytes,
                               row.kind == engine::PlanKind::kOurs ? "ours" : "allowance"));
  }
  return rows;
}

py::dict Analyze(const Input& input, const py::list& arguments, Cancellation& cancellation,
                 const py::object& tell) {
  engine::AnalyzeOptions options = ParseArguments<cli::AnalyzeCommand>(arguments).options;
  Feed feed(input);
  options.open.fd = feed.fd() >= 0 ? feed.fd() : input.fd;
  options.reach = memory::Reach::kRun;
  Findings found;
  WorkProgress progress;
  RunAttended([&] { return Work(input, options, cancellation, progress, found); }, cancellation,
              feed, tell, progress);
  py::dict result;
  result["report"] = py::str(found.json);
  result["plan"] = PlanRows(found.plan);
  const auto n_intervals = static_cast<py::ssize_t>(found.intervals_s.size() / 2);
  result["intervals_s"] = ToArray(std::move(found.intervals_s), {n_intervals, 2});
  result["beat_times_s"] = ToArray(std::move(found.beat_times_s));
  result["beat_strengths"] = ToArray(std::move(found.beat_strengths));
  result["beat_bpm"] = ToArray(std::move(found.beat_bpm));
  result["beat_positions"] = ToArray(std::move(found.beat_positions));
  result["tempo_times_s"] = ToArray(std::move(found.tempo_times_s));
  result["tempo_bpm"] = ToArray(std::move(found.tempo_bpm));
  return result;
}

}  // namespace

void init_analyze(py::module_& module) {
  module.def("analyze", &Analyze, py::arg("input"), py::arg("arguments"), py::arg("cancellation"),
             py::arg("progress") = py::none(),
             "The report of one input as JSON without its lists, and these as arrays.");
}

}  // namespace tidemark::python
