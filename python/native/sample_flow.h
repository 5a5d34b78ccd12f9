// SampleFlow: frames of a source as interleaved floats, mixed to one channel and brought to another
// rate where asked. What comes out does not depend on how much is asked for at once. Borrows its
// source; needs no interpreter. One owner, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "dsp/channel_matrix.h"
#include "dsp/rate_converter.h"
#include "engine/range_reader.h"
#include "memory/arena.h"

namespace tidemark::python {

struct FlowOptions {
  bool mono = false;                  // BS.775 for up to 8 channels, the mean of more
  std::optional<int> sample_rate_hz;  // nullopt: the source's
};

class SampleFlow {
 public:
  // Exactly what the constructor takes from the arena.
  static std::size_t PlanBytes(const FlowOptions& options, const StreamFormat& format);
  // REQUIRES: options.sample_rate_hz within stream_format.h.
  SampleFlow(const FlowOptions& options, const StreamFormat& format, engine::RangeReader reader,
             memory::Arena& arena);

  // Of what comes out.
  [[nodiscard]] std::size_t channels() const { return n_out_; }

  // Fills `out`, whole frames, from its start; returns how many; fewer only at the end. Errors as
  // io::Source::Read(); kCancelled.
  Result<std::size_t> Read(std::span<float> out);

  // NaN, infinite or absurdly large, and made 0.
  [[nodiscard]] std::int64_t non_finite_samples() const { return non_finite_samples_; }

 private:
  using Planes = std::array<float*, kMaxChannels>;

  Result<void> Refill();
  Result<void> ReadSource();
  void Mix(AudioBlock block);
  void Convert();

  engine::RangeReader reader_;
  std::size_t n_in_;
  std::size_t n_out_;
  std::optional<dsp::ChannelMatrix> matrix_;
  std::optional<dsp::RateConverter> converter_;
  Planes source_{};     // of n_in_, as read
  Planes mixed_{};      // of n_out_; source_ where nothing is mixed
  Planes converted_{};  // of n_out_, where rates differ
  std::size_t n_mixed_ = 0;
  std::size_t mixed_at_ = 0;  // of n_mixed_, converted so far
  // What is ready: frames [ready_at_, n_ready_) of `ready_`.
  const Planes* ready_ = nullptr;
  std::size_t n_ready_ = 0;
  std::size_t ready_at_ = 0;
  bool source_ended_ = false;
  bool ended_ = false;
  std::int64_t non_finite_samples_ = 0;
};

}  // namespace tidemark::python
