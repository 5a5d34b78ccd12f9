#include "analysis/waveform.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "analysis/waveform_kernels.h"

namespace tidemark::analysis {
namespace {

constexpr int kEightBitStep = 256;

Result<WaveformFormat> FormatOf(const WaveformOptions& options, const StreamFormat& stream) {
  WaveformFormat format{.sample_rate_hz = stream.sample_rate_hz,
                        .samples_per_pixel = options.samples_per_pixel,
                        .bits = options.bits,
                        .channels = options.split_channels ? stream.channels : 1};
  if (options.pixels_per_second) {
    const double samples = std::floor(stream.sample_rate_hz / *options.pixels_per_second);
    const bool fits = samples >= 2 && samples <= std::numeric_limits<int>::max();
    format.samples_per_pixel = fits ? static_cast<int>(samples) : 0;
  }
  if (format.samples_per_pixel < 2) {
    return Fail(ErrorCode::kUsage, "a pixel of the waveform must stand for 2 samples or more");
  }
  if (format.bits != 8 && format.bits != 16) {
    return Fail(ErrorCode::kUsage, "a waveform has 8 or 16 bits");
  }
  return format;
}

bool Mixes(const WaveformFormat& format, const StreamFormat& stream) {
  return format.channels < stream.channels;
}

// Pixels that one Push() can end, and one that Gap() or Finish() ends.
std::size_t PendingValues(const WaveformFormat& format) {
  const auto samples_per_pixel = static_cast<std::size_t>(format.samples_per_pixel);
  return (kBlockFrames / samples_per_pixel + 2) * 2 * static_cast<std::size_t>(format.channels);
}

}  // namespace

std::size_t WaveformAnalyzer::PlanBytes(const WaveformOptions& options,
                                        const StreamFormat& stream) {
  const Result<WaveformFormat> format = FormatOf(options, stream);
  if (!format) return 0;
  const auto n_drawn = static_cast<std::size_t>(format->channels);
  std::size_t bytes = 2 * memory::ArenaBytes<std::int16_t>(n_drawn) +
                      memory::ArenaBytes<std::int16_t>(n_drawn * kBlockFrames) +
                      memory::ArenaBytes<std::int16_t>(PendingValues(*format));
  if (Mixes(*format, stream)) {
    bytes += memory::ArenaBytes<std::int16_t>(kBlockFrames) +
             memory::ArenaBytes<std::int32_t>(kBlockFrames);
  }
  return bytes;
}

Result<std::unique_ptr<WaveformAnalyzer>> WaveformAnalyzer::Create(const WaveformOptions& options,
                                                                   const StreamFormat& stream,
                                                                   memory::Arena& arena) {
  const Result<WaveformFormat> format = FormatOf(options, stream);
  if (!format) return tl::unexpected(format.error());
  return std::unique_ptr<WaveformAnalyzer>(
      new WaveformAnalyzer(*format, Mixes(*format, stream), arena));
}

WaveformAnalyzer::WaveformAnalyzer(const WaveformFormat& format, bool mixes, memory::Arena& arena)
    : format_(format),
      mixes_(mixes),
      lowest_(arena.Take<std::int16_t>(static_cast<std::size_t>(format.channels))),
      highest_(arena.Take<std::int16_t>(static_cast<std::size_t>(format.channels))),
      samples_(arena.Take<std::int16_t>(static_cast<std::size_t>(format.channels) * kBlockFrames)),
      pending_(arena.Take<std::int16_t>(PendingValues(format))) {
  if (mixes_) {
    input_ = arena.Take<std::int16_t>(kBlockFrames);
    sums_ = arena.Take<std::int32_t>(kBlockFrames);
  }
  ResetPixel();
}

void WaveformAnalyzer::ResetPixel() {
  std::fill(lowest_.begin(), lowest_.end(), std::numeric_limits<std::int16_t>::max());
  std::fill(highest_.begin(), highest_.end(), std::numeric_limits<std::int16_t>::min());
  n_in_pixel_ = 0;
}

void WaveformAnalyzer::Mix(const AudioBlock& block) {
  const std::size_t n_frames = block.n_frames();
  std::fill_n(sums_.begin(), n_frames, 0);
  for (std::size_t c = 0; c < block.n_channels(); ++c) {
    ToSixteenBit(block.channel(c).data(), input_.data(), n_frames);
    AddSamples(input_.data(), sums_.data(), n_frames);
  }
  DivideSums(sums_.data(), static_cast<int>(block.n_channels()), samples_.data(), n_frames);
}

void WaveformAnalyzer::Push(const AudioBlock& block) {
  const std::size_t n_frames = block.n_frames();
  assert(n_frames <= kBlockFrames);
  if (mixes_) {
    Mix(block);
  } else {
    for (std::size_t c = 0; c < block.n_channels(); ++c) {
      ToSixteenBit(block.channel(c).data(), samples_.data() + c * kBlockFrames, n_frames);
    }
  }
  const auto samples_per_pixel = static_cast<std::size_t>(format_.samples_per_pixel);
  for (std::size_t at = 0; at < n_frames;) {
    const std::size_t n = std::min(samples_per_pixel - n_in_pixel_, n_frames - at);
    for (std::size_t c = 0; c < lowest_.size(); ++c) {
      UpdateExtremes(samples_.data() + c * kBlockFrames + at, n, lowest_[c], highest_[c]);
    }
    n_in_pixel_ += n;
    at += n;
    if (n_in_pixel_ == samples_per_pixel) EmitPixel();
  }
}

void WaveformAnalyzer::EmitPixel() {
  const int step = format_.bits == 8 ? kEightBitStep : 1;
  for (std::size_t c = 0; c < lowest_.size(); ++c) {
    pending_[n_pending_++] = static_cast<std::int16_t>(lowest_[c] / step);
    pending_[n_pending_++] = static_cast<std::int16_t>(highest_[c] / step);
  }
  ResetPixel();
}

void WaveformAnalyzer::Gap(std::int64_t) { Finish(); }

void WaveformAnalyzer::Finish() {
  if (n_in_pixel_ > 0) EmitPixel();
}

std::span<const std::int16_t> WaveformAnalyzer::Drain() {
  return pending_.first(std::exchange(n_pending_, 0));
}

}  // namespace tidemark::analysis
