// RangePlan: which frames of a file are read. A value; any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/result.h"
#include "io/source.h"

namespace tidemark::engine {

struct RangeOptions {
  double start_s = 0;                // --start
  std::optional<double> duration_s;  // --duration
  std::optional<double> sample_s;    // --sample: this much, spread evenly over the rest
};

struct FrameRange {
  std::int64_t start = 0;
  std::int64_t n_frames = 0;
};

// --sample reads pieces of this length: long enough for pitch, short enough to spread widely.
inline constexpr double kSamplePieceSeconds = 5.0;
inline constexpr std::int64_t kToTheEnd = std::numeric_limits<std::int64_t>::max();

class RangePlan {
 public:
  // kUsage, naming the file, where --sample meets an input that cannot be seeked or whose length
  // is unknown, or where the range starts behind the stated end.
  static Result<RangePlan> Create(const RangeOptions& options, const io::SourceInfo& info);

  // Pieces are in order and do not overlap. REQUIRES: index < n_ranges().
  [[nodiscard]] FrameRange Range(std::int64_t index) const;
  [[nodiscard]] std::int64_t n_ranges() const { return n_ranges_; }
  [[nodiscard]] bool sampled() const { return n_ranges_ > 1; }

  // All frames that will be read; nullopt where the file's length is not known.
  [[nodiscard]] std::optional<std::int64_t> TotalFrames() const;

 private:
  std::int64_t start_ = 0;
  std::int64_t n_frames_ = kToTheEnd;  // from the first to the last frame of interest
  std::int64_t n_ranges_ = 1;
  std::int64_t piece_ = kToTheEnd;
};

}  // namespace tidemark::engine
