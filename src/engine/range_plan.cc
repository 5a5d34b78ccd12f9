#include "engine/range_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/units.h"

namespace tidemark::engine {
namespace {

// Positions beyond this many frames exist in no file; it keeps the arithmetic free of overflow.
constexpr double kMaxFrames = 0x1p60;

std::int64_t Frames(double seconds, int sample_rate_hz) {
  return static_cast<std::int64_t>(
      std::llround(std::min(seconds * static_cast<double>(sample_rate_hz), kMaxFrames)));
}

}  // namespace

Result<RangePlan> RangePlan::Create(const RangeOptions& options, const io::SourceInfo& info) {
  const int rate = info.stream.sample_rate_hz;
  RangePlan plan;
  plan.start_ = Frames(options.start_s, rate);
  if (options.duration_s) plan.n_frames_ = Frames(*options.duration_s, rate);
  if (info.declared_frames) {
    const std::int64_t declared = *info.declared_frames;
    if (plan.start_ > 0 && plan.start_ >= declared) {
      return Fail(ErrorCode::kUsage,
                  fmt::format("{}: --start {} is at or behind its end ({})", Printable(info.path),
                              FormatDuration(options.start_s),
                              FormatDuration(static_cast<double>(declared) / rate)));
    }
    // Without --duration the decoder, not the header, says where the end is.
    if (options.duration_s || options.sample_s) {
      plan.n_frames_ = std::min(plan.n_frames_, declared - plan.start_);
    }
  }
  plan.piece_ = plan.n_frames_;
  if (!options.sample_s) return plan;
  if (!info.seekable || plan.n_frames_ == kToTheEnd) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: --sample needs a file that can be seeked and says how long it is; "
                            "use --duration instead",
                            Printable(info.path)));
  }
  const std::int64_t wanted = Frames(*options.sample_s, rate);
  if (wanted >= plan.n_frames_) return plan;
  plan.n_ranges_ = std::max<std::int64_t>(
      1, std::llround(static_cast<double>(wanted) / (kSamplePieceSeconds * rate)));
  plan.piece_ = std::max<std::int64_t>(1, wanted / plan.n_ranges_);
  return plan;
}

FrameRange RangePlan::Range(std::int64_t index) const {
  if (piece_ >= n_frames_) return {start_, n_frames_};
  // Piece i sits in the middle of the i-th of n equal parts.
  const double part = static_cast<double>(n_frames_) / static_cast<double>(n_ranges_);
  const double middle = (static_cast<double>(index) + 0.5) * part;
  const auto offset =
      static_cast<std::int64_t>(std::floor(middle - 0.5 * static_cast<double>(piece_)));
  return {start_ + std::clamp<std::int64_t>(offset, 0, n_frames_ - piece_), piece_};
}

std::optional<std::int64_t> RangePlan::TotalFrames() const {
  if (piece_ == kToTheEnd) return std::nullopt;
  return n_ranges_ * piece_;
}

}  // namespace tidemark::engine
