#include "engine/level_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tidemark::engine {
namespace {

constexpr double kSilence_dbfs = -120;

}  // namespace

LevelLog::LevelLog(Timebase timebase, int sample_rate_hz, io::OutputFile& output)
    : timebase_(timebase),
      rate_hz_(sample_rate_hz),
      output_(output),
      tick_end_(SampleAtTick(1, timebase, sample_rate_hz)) {
  output_.Write("time_s,level,dbfs\n");
}

void LevelLog::Push(const AudioBlock& block) {
  for (std::size_t at = 0; at < block.n_frames();) {
    const auto n = static_cast<std::size_t>(std::clamp<std::int64_t>(
        tick_end_ - n_frames_, 0, static_cast<std::int64_t>(block.n_frames() - at)));
    for (std::size_t c = 0; c < block.n_channels(); ++c) {
      for (const float sample : block.channel(c).subspan(at, n)) {
        peak_ = std::max(peak_, std::abs(sample));
      }
    }
    at += n;
    n_frames_ += static_cast<std::int64_t>(n);
    if (n_frames_ >= tick_end_) EndFrame();
  }
}

void LevelLog::EndFrame() {
  const double dbfs = std::max(20 * std::log10(static_cast<double>(peak_)), kSilence_dbfs);
  output_.Write(fmt::format("{:.4f},{:.6f},{:.2f}\n", timebase_.Seconds(tick_), peak_, dbfs));
  ++tick_;
  tick_end_ = SampleAtTick(tick_ + 1, timebase_, rate_hz_);
  peak_ = 0;
}

void LevelLog::Finish() {
  if (n_frames_ > SampleAtTick(tick_, timebase_, rate_hz_)) EndFrame();
}

}  // namespace tidemark::engine
