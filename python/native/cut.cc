// tidemark.cut(): one engine::CutRun.
#include <pybind11/stl.h>

#include "arguments.h"
#include "arrays.h"
#include "attended.h"
#include "bindings.h"
#include "engine/cut_run.h"

namespace tidemark::python {
namespace py = pybind11;
namespace {

struct CutFindings {
  std::string json;
  std::vector<double> clips_s;  // of the source: begin, end, begin, end, ...
  std::vector<double> speeds;
};

Result<void> Work(const engine::CutRequest& request, const Cancellation& cancellation,
                  WorkProgress& progress, CutFindings& found) {
  std::unique_ptr<engine::CutRun> run;
  TM_TRY_ASSIGN(run, engine::CutRun::Open(request, cancellation));
  TM_TRY(run->Start());
  for (bool done = false; !done;) {
    const auto step = run->Next();
    if (!step) return tl::unexpected<Error>(step.error());
    done = step->done;
    progress.total_s = step->total_s;
    progress.done_s = step->done_s;
  }
  found.json = engine::CutSummaryJson(run->Finish());
  if (const edit::Timeline* timeline = run->timeline()) {
    for (const Clip& clip : timeline->clips) {
      found.clips_s.push_back(timeline->timebase.Seconds(clip.begin));
      found.clips_s.push_back(timeline->timebase.Seconds(clip.end));
      found.speeds.push_back(clip.speed);
    }
  }
  return {};
}

py::dict Cut(const py::list& arguments, Cancellation& cancellation, const py::object& tell) {
  engine::CutRequest request = ParseArguments<cli::CutCommand>(arguments).request;
  request.options.reach = memory::Reach::kRun;
  Feed feed(
      {.name = request.path, .fd = -1, .read = py::none(), .array = py::none(), .samples = {}});
  CutFindings found;
  WorkProgress progress;
  RunAttended([&] { return Work(request, cancellation, progress, found); }, cancellation, feed,
              tell, progress);
  py::dict result;
  result["summary"] = py::str(found.json);
  const auto n_clips = static_cast<py::ssize_t>(found.speeds.size());
  result["clips_s"] = ToArray(std::move(found.clips_s), {n_clips, 2});
  result["speeds"] = ToArray(std::move(found.speeds));
  return result;
}

}  // namespace

void init_cut(py::module_& module) {
  module.def("cut", &Cut, py::arg("arguments"), py::arg("cancellation"),
             py::arg("progress") = py::none(),
             "What a cut came to as JSON, and its clips as arrays.");
}

}  // namespace tidemark::python
