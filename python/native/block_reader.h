// BlockReader: any input as blocks of interleaved float samples in a caller's array, which nothing
// here outlives. Behind tidemark.stream(). One thread at a
// time; a second one is refused.
#pragma once

#include <pybind11/numpy.h>

#include <functional>
#include <memory>
#include <optional>

#include "attended.h"
#include "engine/analyze_options.h"
#include "input.h"
#include "memory/arena.h"
#include "sample_flow.h"

namespace tidemark::python {

class BlockReader {
 public:
  using Samples = pybind11::array_t<float, pybind11::array::c_style>;

  // Opens the input; `block_frames` is how many frames each ReadInto() asks for, for the plan.
  // Raises what io::OpenSource() and the plan find wrong.
  BlockReader(Input input, engine::AnalyzeOptions options, FlowOptions flow,
              std::size_t block_frames);

  // Fills `out`, (frames, channels), or (frames,) where there is one, from its start; returns how
  // many frames it got; fewer than there is room for only at the end; 0 = end. Raises what reading
  // finds wrong.
  std::size_t ReadInto(const Samples& out);
  // Ends what goes on, and gives everything back, at the latest when reading has ended; further
  // reading gives 0. Twice does no harm.
  void Close();

  // Of what comes out.
  [[nodiscard]] int channels() const { return flow_options_.mono ? 1 : info_.stream.channels; }
  [[nodiscard]] int sample_rate_hz() const {
    return flow_options_.sample_rate_hz.value_or(info_.stream.sample_rate_hz);
  }
  // nullopt where nobody knows.
  [[nodiscard]] std::optional<std::int64_t> n_frames() const { return n_frames_; }
  // Of the input.
  [[nodiscard]] const io::SourceInfo& info() const { return info_; }
  [[nodiscard]] std::int64_t non_finite_samples() const { return non_finite_samples_; }
  [[nodiscard]] std::uint64_t planned_bytes() const { return planned_bytes_; }

 private:
  Result<void> Open(std::size_t block_frames);
  void CountFrames(const engine::RangePlan& ranges);
  Result<void> Admit(std::size_t block_frames);
  void Run(const std::function<Result<void>()>& work);
  void GiveBack();

  Input input_;
  engine::AnalyzeOptions options_;
  FlowOptions flow_options_;
  bool may_wait_;
  std::unique_ptr<Cancellation> cancellation_ = std::make_unique<Cancellation>();
  Feed feed_;
  // With the interpreter's lock held.
  bool busy_ = false;
  bool closed_ = false;
  io::SourceInfo info_;
  std::optional<std::int64_t> n_frames_;
  std::uint64_t planned_bytes_ = 0;
  std::unique_ptr<io::Source> source_;
  std::optional<memory::Arena> arena_;
  std::optional<SampleFlow> flow_;
  std::int64_t non_finite_samples_ = 0;
};

}  // namespace tidemark::python
