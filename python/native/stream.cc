#include <fmt/format.h>
#include <pybind11/stl.h>

#include "arguments.h"
#include "base/text.h"
#include "bindings.h"
#include "block_reader.h"
#include "dsp/finite_kernels.h"
#include "engine/process_plan.h"

namespace tidemark::python {
namespace py = pybind11;
namespace {

// Decoded at once, per channel.
constexpr std::size_t kPlaneFrames = 4096;

}  // namespace

BlockReader::BlockReader(Input input, engine::AnalyzeOptions options, BlockOptions block)
    : input_(std::move(input)),
      options_(std::move(options)),
      block_(block),
      may_wait_(input_.may_wait()),
      feed_(input_) {
  options_.open.fd = feed_.fd() >= 0 ? feed_.fd() : input_.fd;
  options_.open.cancellation = &cancellation_;
  Run([this] { return Open(); });
}

int BlockReader::channels() const { return block_.mono ? 1 : info_.stream.channels; }

Result<void> BlockReader::Open() {
  if (input_.is_array()) {
    source_ = MakeArraySource(*input_.samples, input_.name);
  } else {
    const memory::Budget budget(options_.memory_bytes, memory::Reach::kRun);
    TM_TRY_ASSIGN(source_, engine::OpenWithin(budget, {}, input_.name, options_.open));
  }
  info_ = source_->info();
  engine::RangePlan ranges;
  TM_TRY_ASSIGN(ranges, engine::RangePlan::Create(options_.ranges, info_));
  n_frames_ = ranges.TotalFrames();
  TM_TRY(Admit());
  reader_.emplace(*source_, ranges, cancellation_);
  return {};
}

Result<void> BlockReader::Admit() {
  const auto n_channels = static_cast<std::size_t>(info_.stream.channels);
  const std::size_t plane_bytes = n_channels * memory::ArenaBytes<float>(kPlaneFrames);
  engine::Plan plan;
  engine::AddProcessToPlan(info_, memory::Reach::kRun, plan);
  plan.Add("decoded block", plane_bytes, engine::PlanKind::kOurs);
  plan.Add("block", block_.block_frames * static_cast<std::size_t>(channels()) * sizeof(float),
           engine::PlanKind::kOurs);
  planned_bytes_ = plan.TotalBytes();
  const memory::Budget budget(options_.memory_bytes, memory::Reach::kRun);
  if (const auto admitted = budget.Admit(planned_bytes_); !admitted) {
    return Fail(ErrorCode::kMemory,
                fmt::format("{}: {}", Printable(info_.path), admitted.error().message));
  }
  TM_TRY_ASSIGN(arena_, memory::Arena::Create(plane_bytes));
  for (std::size_t c = 0; c < n_channels; ++c) {
    planes_[c] = arena_->Take<float>(kPlaneFrames).data();
  }
  return {};
}

Result<std::size_t> BlockReader::Fill(std::span<float> out) {
  const auto n_channels = static_cast<std::size_t>(info_.stream.channels);
  const auto n_out = static_cast<std::size_t>(channels());
  const AudioBlock room(std::span<float* const>(planes_).first(n_channels), kPlaneFrames);
  std::size_t done = 0;
  for (const std::size_t wanted = out.size() / n_out; done < wanted;) {
    engine::ReadBlock block;
    TM_TRY_ASSIGN(block, reader_->Read(room.First(std::min(kPlaneFrames, wanted - done))));
    const std::size_t n = block.audio.n_frames();
    if (n == 0) break;
    for (std::size_t c = 0; c < n_channels; ++c) {
      non_finite_samples_ +=
          static_cast<std::int64_t>(dsp::ReplaceNonFinite(block.audio.channel(c)));
    }
    const auto to = out.subspan(done * n_out, n * n_out);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t c = 0; c < n_out; ++c) to[i * n_out + c] = block.audio.channel(c)[i];
    }
    done += n;
  }
  return done;
}

void BlockReader::Run(const std::function<Result<void>()>& work) {
  const std::unique_lock<std::mutex> lock(busy_, std::try_to_lock);
  if (!lock.owns_lock()) RaiseUsage("the stream is being read by another thread");
  if (may_wait_) {
    RunAttended(work, cancellation_, feed_, py::none(), {});
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
  const bool flat = out.ndim() == 1 && channels() == 1;
  if (!flat && (out.ndim() != 2 || out.shape(1) != channels())) {
    RaiseUsage(fmt::format("the buffer's shape must be (frames, {})", channels()));
  }
  if (!reader_ || out.size() == 0) return 0;
  const std::span<float> samples(const_cast<float*>(out.data()),
                                 static_cast<std::size_t>(out.size()));
  std::size_t n = 0;
  Run([&]() -> Result<void> {
    TM_TRY_ASSIGN(n, Fill(samples));
    return {};
  });
  return n;
}

void BlockReader::Close() {
  cancellation_.Request();
  const py::gil_scoped_release release;
  const std::lock_guard<std::mutex> lock(busy_);
  reader_.reset();
  source_.reset();
  arena_.reset();
}

void init_stream(py::module_& module) {
  py::class_<BlockReader>(module, "BlockReader", "An input as blocks of float samples.")
      .def(py::init([](const Input& input, const py::list& arguments, std::size_t block_frames,
                       std::optional<int> sample_rate, bool mono) {
             return std::make_unique<BlockReader>(
                 input, ParseArguments<cli::AnalyzeCommand>(arguments).options,
                 BlockOptions{
                     .block_frames = block_frames, .sample_rate_hz = sample_rate, .mono = mono});
           }),
           py::arg("input"), py::arg("arguments"), py::arg("block_frames"), py::arg("sample_rate"),
           py::arg("mono"))
      .def("read_into", &BlockReader::ReadInto, py::arg("out").noconvert(),
           "Fills the array from its start; how many frames it got, 0 at the end.")
      .def("close", &BlockReader::Close, "Ends reading and gives everything back.")
      .def_property_readonly("channels", &BlockReader::channels)
      .def_property_readonly("n_frames", &BlockReader::n_frames)
      .def_property_readonly(
          "sample_rate", [](const BlockReader& self) { return self.info().stream.sample_rate_hz; })
      .def_property_readonly("format", [](const BlockReader& self) { return self.info().format; })
      .def_property_readonly("encoding",
                             [](const BlockReader& self) { return self.info().encoding; })
      .def_property_readonly("non_finite_samples", &BlockReader::non_finite_samples)
      .def_property_readonly("planned_bytes", &BlockReader::planned_bytes);
}

}  // namespace tidemark::python
