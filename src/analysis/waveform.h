// WaveformAnalyzer: the smallest and largest sample of every pixel, for a page to draw.
// The pixels leave through Drain() as they come; nothing that grows with the audio is kept.
// One owner, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "analysis/analyzer.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "base/waveform_format.h"
#include "memory/arena.h"

namespace tidemark::analysis {

struct WaveformOptions {
  int samples_per_pixel = 256;  // 2 or more
  // If set: samples_per_pixel = floor(rate / this).
  std::optional<double> pixels_per_second = std::nullopt;
  int bits = 8;                 // 8 or 16
  bool split_channels = false;  // false: the mean of all channels is drawn
};

// Values are 16-bit samples, x * 32768 cut towards zero and clamped to [-32768, 32767], so that
// 16-bit audio is met exactly; 8-bit values are those over 256, cut towards zero. A mix is the mean
// of the channels' 16-bit samples, cut towards zero. The last pixel before a gap or the end may
// stand for fewer samples. audiowaveform makes the same numbers from 16-bit samples.
class WaveformAnalyzer final : public Analyzer {
 public:
  static std::size_t PlanBytes(const WaveformOptions& options, const StreamFormat& format);

  // kUsage where an option is out of its range or less than 2 samples would make a pixel.
  static Result<std::unique_ptr<WaveformAnalyzer>> Create(const WaveformOptions& options,
                                                          const StreamFormat& format,
                                                          memory::Arena& arena);

  void Push(const AudioBlock& block) override;
  // Ends the pixel; what was skipped is not drawn.
  void Gap(std::int64_t next_frame) override;
  void Finish() override;

  [[nodiscard]] const WaveformFormat& format() const { return format_; }

  // The pixels since the last call: for each pixel and channel its minimum, then its maximum.
  // Valid until the next Push(), Gap() or Finish(). REQUIRES: called after each of these.
  [[nodiscard]] std::span<const std::int16_t> Drain();

 private:
  WaveformAnalyzer(const WaveformFormat& format, bool mixes, memory::Arena& arena);
  void ResetPixel();
  void Mix(const AudioBlock& block);
  void EmitPixel();

  WaveformFormat format_;
  bool mixes_;
  std::size_t n_in_pixel_ = 0;       // samples the open pixel stands for
  std::span<std::int16_t> lowest_;   // of the open pixel, per channel drawn
  std::span<std::int16_t> highest_;  // the same
  std::span<std::int16_t> samples_;  // a block of each channel drawn
  std::span<std::int16_t> input_;    // a block of one channel on its way to the mix
  std::span<std::int32_t> sums_;     // a block of the mix before its division
  std::span<std::int16_t> pending_;  // whole pixels
  std::size_t n_pending_ = 0;        // values
};

}  // namespace tidemark::analysis
