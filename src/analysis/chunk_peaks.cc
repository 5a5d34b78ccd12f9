#include "analysis/chunk_peaks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "dsp/level_kernels.h"

namespace tidemark::analysis {
namespace {

// A chunk is at most so long: its count of samples stays exact in double.
constexpr double kMaxChunkFrames = 0x1p40;

// The quotient as auto-editor has it: the inverse of the timebase in double, times the rate.
double ExactFrames(Timebase timebase, int sample_rate_hz) {
  return static_cast<double>(timebase.den) / static_cast<double>(timebase.num) * sample_rate_hz;
}

// Of 65535, from a magnitude of full scale 1.0, through the 16-bit sample that FFmpeg makes of it.
int Level(float peak) {
  const float scaled = std::min(peak * 32768.0F, 32767.0F);
  const auto sample = static_cast<float>(std::lrint(scaled));
  return static_cast<int>(std::floor(sample / 32767.0F * 65535.0F + 0.5F));
}

}  // namespace

std::size_t ChunkPeaksAnalyzer::PlanBytes(const ChunkPeaksOptions&, const StreamFormat&) {
  return 0;
}

Result<std::unique_ptr<ChunkPeaksAnalyzer>> ChunkPeaksAnalyzer::Create(
    const ChunkPeaksOptions& options, const StreamFormat& format, memory::Arena&) {
  if (!(options.threshold >= 0 && options.threshold <= 1)) {
    return Fail(ErrorCode::kUsage, "the threshold must be 0 to 100 % of full scale");
  }
  if (options.channel && (*options.channel < 0 || *options.channel >= format.channels)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("there is no channel {}; the audio has {}, counted from 0",
                            *options.channel, format.channels));
  }
  const double exact_frames = ExactFrames(options.timebase, format.sample_rate_hz);
  if (!(exact_frames >= static_cast<double>(kMinChunkFrames) && exact_frames <= kMaxChunkFrames)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("a timebase of {}/{} is out of range at {} Hz", options.timebase.num,
                            options.timebase.den, format.sample_rate_hz));
  }
  return std::unique_ptr<ChunkPeaksAnalyzer>(new ChunkPeaksAnalyzer(options, format));
}

ChunkPeaksAnalyzer::ChunkPeaksAnalyzer(const ChunkPeaksOptions& options, const StreamFormat& format)
    : channel_(options.channel),
      exact_frames_(ExactFrames(options.timebase, format.sample_rate_hz)),
      least_loud_level_(static_cast<int>(std::floor(options.threshold * 65535 + 0.5))) {
  StartChunk();
}

void ChunkPeaksAnalyzer::StartChunk() {
  const double wanted = exact_frames_ + error_;
  const double n_frames = std::min(std::round(wanted), std::ceil(exact_frames_));
  error_ = wanted - n_frames;
  left_ = static_cast<std::int64_t>(n_frames);
  n_taken_ = 0;
  peak_ = 0;
}

void ChunkPeaksAnalyzer::EndChunk() {
  const bool loud = Level(peak_) >= least_loud_level_;
  if (!loud) {
    EndRun();
  } else {
    ++result_.n_loud;
    if (!run_begin_) run_begin_ = result_.n_chunks;
  }
  ++result_.n_chunks;
  StartChunk();
}

void ChunkPeaksAnalyzer::EndRun() {
  if (!run_begin_) return;
  assert(n_pending_ < pending_.size());
  pending_[n_pending_++] = {*run_begin_, result_.n_chunks};
  run_begin_.reset();
}

void ChunkPeaksAnalyzer::Push(const AudioBlock& block) {
  const std::size_t n_frames = block.n_frames();
  n_frames_ += static_cast<std::int64_t>(n_frames);
  for (std::size_t at = 0; at < n_frames;) {
    const std::size_t n = std::min(n_frames - at, static_cast<std::size_t>(left_));
    for (std::size_t c = 0; c < block.n_channels(); ++c) {
      if (channel_ && static_cast<std::size_t>(*channel_) != c) continue;
      peak_ = std::max(peak_, dsp::PeakMagnitude(block.channel(c).subspan(at, n)));
    }
    at += n;
    n_taken_ += static_cast<std::int64_t>(n);
    left_ -= static_cast<std::int64_t>(n);
    if (left_ == 0) EndChunk();
  }
}

void ChunkPeaksAnalyzer::AddSilence(std::int64_t n_frames) {
  while (n_frames > 0) {
    const std::int64_t n = std::min(n_frames, left_);
    n_frames -= n;
    n_taken_ += n;
    left_ -= n;
    if (left_ == 0) EndChunk();
  }
}

void ChunkPeaksAnalyzer::Gap(std::int64_t next_frame) {
  AddSilence(next_frame - n_frames_);
  n_frames_ = std::max(n_frames_, next_frame);
}

void ChunkPeaksAnalyzer::Finish() {
  if (n_taken_ > 0) EndChunk();
  EndRun();
}

std::size_t ChunkPeaksAnalyzer::Drain(std::span<ChunkRun> out) {
  assert(out.size() >= n_pending_);
  std::copy_n(pending_.begin(), n_pending_, out.begin());
  return std::exchange(n_pending_, 0);
}

}  // namespace tidemark::analysis
