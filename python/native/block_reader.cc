#include "block_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "engine/process_plan.h"
#include "errors.h"

namespace tidemark::python {
namespace py = pybind11;
namespace {

// ceil(n * out / in), as RateConverter makes them.
std::int64_t ConvertedFrames(std::int64_t n, std::int64_t out_hz, std::int64_t in_hz) {
  return n / in_hz * out_hz + (n % in_hz * out_hz + in_hz - 1) / in_hz;
}

}  // namespace

BlockReader::BlockReader(Input input, engine::AnalyzeOptions options, FlowOptions flow,
                         std::size_t block_frames)
    : input_(std::move(input)),
      options_(std::move(options)),
      flow_options_(flow),
      may_wait_(input_.may_wait()),
      feed_(input_) {
  const int rate_hz = flow.sample_rate_hz.value_or(kMinSampleRateHz);
  if (rate_hz < kMinSampleRateHz || rate_hz > kMaxSampleRateHz) {
    RaiseUsage(fmt::format("sr: {} Hz is not within {} to {} Hz", rate_hz, kMinSampleRateHz,
                           kMaxSampleRateHz));
  }
  options_.open.fd = feed_.fd() >= 0 ? feed_.fd() : input_.fd;
  options_.open.cancellation = cancellation_.get();
  Run([this, block_frames] { return Open(block_frames); });
}

Result<void> BlockReader::Open(std::size_t block_frames) {
  if (input_.is_array()) {
    source_ = MakeArraySource(*input_.samples, input_.name);
  } else {
    const memory::Budget budget(options_.memory_bytes, memory::Reach::kRun);
    TM_TRY_ASSIGN(source_, engine::OpenWithin(budget, {}, input_.name, options_.open));
  }
  info_ = source_->info();
  engine::RangePlan ranges;
  TM_TRY_ASSIGN(ranges, engine::RangePlan::Create(options_.ranges, info_));
  CountFrames(ranges);
  TM_TRY(Admit(block_frames));
  flow_.emplace(flow_options_, info_.stream, engine::RangeReader(*source_, ranges, *cancellation_),
                *arena_);
  return {};
}

void BlockReader::CountFrames(const engine::RangePlan& ranges) {
  const int rate_hz = info_.stream.sample_rate_hz;
  n_frames_ = ranges.TotalFrames();
  if (!n_frames_ && info_.declared_frames) {
    n_frames_ = *info_.declared_frames - std::min(*info_.declared_frames, ranges.Range(0).start);
  }
  if (n_frames_) n_frames_ = ConvertedFrames(*n_frames_, sample_rate_hz(), rate_hz);
}

Result<void> BlockReader::Admit(std::size_t block_frames) {
  const std::size_t flow_bytes = SampleFlow::PlanBytes(flow_options_, info_.stream);
  engine::Plan plan;
  engine::AddProcessToPlan(info_, memory::Reach::kRun, plan);
  plan.Add("decoding, mixing, resampling", flow_bytes, engine::PlanKind::kOurs);
  plan.Add("block", block_frames * static_cast<std::size_t>(channels()) * sizeof(float),
           engine::PlanKind::kOurs);
  planned_bytes_ = plan.TotalBytes();
  const memory::Budget budget(options_.memory_bytes, memory::Reach::kRun);
  if (const auto admitted = budget.Admit(planned_bytes_); !admitted) {
    return Fail(ErrorCode::kMemory,
                fmt::format("{}: {}", Printable(info_.path), admitted.error().message));
  }
  TM_TRY_ASSIGN(arena_, memory::Arena::Create(flow_bytes));
  return {};
}

void BlockReader::Run(const std::function<Result<void>()>& work) {
  if (busy_) RaiseUsage("the stream is being read already");
  busy_ = true;
  struct Done {
    BlockReader& self;
    ~Done() {
      self.busy_ = false;
      if (self.closed_) self.GiveBack();
    }
  } done{*this};
  if (may_wait_) {
    RunAttended(work, *cancellation_, feed_, py::none(), {});
    return;
  }
  Result<void> result;
  {
    const py::gil_scoped_release release;
    result = Guarded(work);
  }
  OrRaise(std::move(result));
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

std::size_t BlockReader::ReadInto(const Samples& out) {
  const bool is_flat = out.ndim() == 1 && channels() == 1;
  if (!is_flat && (out.ndim() != 2 || out.shape(1) != channels())) {
    RaiseUsage(fmt::format("the buffer's shape must be (frames, {})", channels()));
  }
  if (closed_) return 0;
  std::size_t n = 0;
  Run([&]() -> Result<void> {
    // Samples is read-only by its type, as NumPy's arrays may be; this one is not.
    TM_TRY_ASSIGN(n, flow_->Read({const_cast<float*>(out.data()),  // NOLINT
                                  static_cast<std::size_t>(out.size())}));
    non_finite_samples_ = flow_->non_finite_samples();
    return {};
  });
  return n;
}

void BlockReader::Close() {
  if (cancellation_) cancellation_->Request();
  closed_ = true;
  if (!busy_) GiveBack();
}

void BlockReader::GiveBack() {
  flow_.reset();
  source_.reset();
  arena_.reset();
  feed_.Close();
  cancellation_.reset();
}

}  // namespace tidemark::python
