// BlockReader: any input as blocks of interleaved float samples in a caller's array, which nothing
// here outlives. Behind tidemark.stream(). One thread at a time; a second one is refused.
#pragma once

#include <pybind11/numpy.h>

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "attended.h"
#include "engine/analyze_options.h"
#include "engine/range_reader.h"
#include "input.h"
#include "memory/arena.h"

namespace tidemark::python {

struct BlockOptions {
  std::size_t block_frames = 0;       // at most, of each ReadInto()
  std::optional<int> sample_rate_hz;  // what it is made; nullopt: as it is
  bool mono = false;
};

class BlockReader {
 public:
  using Samples = pybind11::array_t<float, pybind11::array::c_style>;

  // Opens the input. Raises what io::OpenSource() and the plan find wrong.
  BlockReader(Input input, engine::AnalyzeOptions options, BlockOptions block);

  // Fills `out`, (frames, channels) or (frames,) where there is one, from its start; returns how
  // many frames it got; fewer than there is room for only at the end; 0 = end. Raises what reading
  // finds wrong.
  std::size_t ReadInto(const Samples& out);
  // Ends what goes on, and gives everything back; further reading gives 0. Twice does no harm.
  void Close();

  [[nodiscard]] int channels() const;
  [[nodiscard]] const io::SourceInfo& info() const { return info_; }
  [[nodiscard]] std::optional<std::int64_t> n_frames() const { return n_frames_; }
  [[nodiscard]] std::int64_t non_finite_samples() const { return non_finite_samples_; }
  [[nodiscard]] std::uint64_t planned_bytes() const { return planned_bytes_; }

 private:
  Result<void> Open();
  Result<void> Admit();
  Result<std::size_t> Fill(std::span<float> out);
  void Run(const std::function<Result<void>()>& work);

  Input input_;
  engine::AnalyzeOptions options_;
  BlockOptions block_;
  bool may_wait_;
  Cancellation cancellation_;
  Feed feed_;
  std::mutex busy_;
  io::SourceInfo info_;
  std::optional<std::int64_t> n_frames_;
  std::uint64_t planned_bytes_ = 0;
  std::unique_ptr<io::Source> source_;
  std::optional<memory::Arena> arena_;
  std::array<float*, kMaxChannels> planes_{};
  std::optional<engine::RangeReader> reader_;
  std::int64_t non_finite_samples_ = 0;
};

}  // namespace tidemark::python
