#include "edit/audio_cutter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/text.h"

namespace tidemark::edit {
namespace {

constexpr std::int64_t kPieceFrames = 4096;
// A copy of more would keep the caller from looking at the clock and at interrupts.
constexpr std::int64_t kVerbatimFrames = std::int64_t{1} << 20;
// Decoding this much and dropping it is cheaper than a jump in compressed audio.
constexpr std::int64_t kFramesWorthAJump = 8192;

}  // namespace

std::size_t AudioCutter::PlanBytes(const StreamFormat& format) {
  const auto channels = static_cast<std::size_t>(format.channels);
  return memory::ArenaBytes<float*>(channels) + channels * memory::ArenaBytes<float>(kPieceFrames);
}

Result<std::unique_ptr<AudioCutter>> AudioCutter::Create(
    const AudioCutOptions& options, io::Source& source, const Timeline& timeline,
    std::optional<std::int64_t> n_source_frames, std::int64_t source_frame, memory::Arena& arena) {
  double known = 1;
  for (const Clip& clip : timeline.clips) {
    if (clip.speed == 1 || clip.speed == known) continue;
    // Refuses now what would be refused when its clip comes.
    TM_TRY(dsp::TimeStretch::Create(source.info().stream, clip.speed, options.pitch));
    known = clip.speed;
  }
  return std::unique_ptr<AudioCutter>(
      new AudioCutter(options, source, timeline, n_source_frames, source_frame, arena));
}

AudioCutter::AudioCutter(const AudioCutOptions& options, io::Source& source,
                         const Timeline& timeline, std::optional<std::int64_t> n_source_frames,
                         std::int64_t source_frame, memory::Arena& arena)
    : options_(options),
      source_(source),
      timeline_(timeline),
      length_is_known_(n_source_frames.has_value()),
      n_source_frames_(n_source_frames.value_or(std::numeric_limits<std::int64_t>::max() / 2)),
      rate_hz_(source.info().stream.sample_rate_hz),
      n_fade_(static_cast<std::int64_t>(options.fade_s * static_cast<double>(rate_hz_))),
      planes_(arena.Take<float*>(static_cast<std::size_t>(source.info().stream.channels))),
      position_(source_frame) {
  for (float*& plane : planes_) plane = arena.Take<float>(kPieceFrames).data();
  n_output_frames_ = SampleAt(OutputTicks(timeline));
}

std::int64_t AudioCutter::SampleAt(std::int64_t tick) const {
  return SampleAtTick(tick, timeline_.timebase, rate_hz_);
}

AudioBlock AudioCutter::Block(std::int64_t n_frames) const {
  return {planes_, static_cast<std::size_t>(std::min(n_frames, kPieceFrames))};
}

// False: there is no further clip.
Result<bool> AudioCutter::BeginClip() {
  if (next_clip_ == timeline_.clips.size()) return false;
  const Clip& clip = timeline_.clips[next_clip_++];
  const std::int64_t output_end = output_tick_ + tidemark::OutputTicks(clip);
  span_.source_begin = SampleAt(clip.begin);
  span_.source_end = SampleAt(clip.end);
  span_.n_out = SampleAt(output_end) - SampleAt(output_tick_);
  const bool at_start = clip.begin == 0 && next_clip_ == 1;
  const bool at_end = clip.end >= timeline_.n_ticks && next_clip_ == timeline_.clips.size();
  span_.fade_in = at_start ? 0 : n_fade_;
  span_.fade_out = at_end ? 0 : n_fade_;
  output_tick_ = output_end;
  n_clip_done_ = 0;
  n_stretch_read_ = 0;
  flushed_ = false;
  stretch_.reset();
  if (clip.speed != 1) {
    TM_TRY_ASSIGN(stretch_,
                  dsp::TimeStretch::Create(source_.info().stream, clip.speed, options_.pitch));
  }
  return true;
}

Result<AudioCutter::Piece> AudioCutter::Next() {
  while (n_clip_done_ == span_.n_out) {
    bool more = false;
    TM_TRY_ASSIGN(more, BeginClip());
    if (!more) return Piece{};
  }
  Piece piece;
  TM_TRY_ASSIGN(piece, stretch_ ? NextStretched() : NextPlain());
  const std::int64_t n = static_cast<std::int64_t>(piece.block.n_frames()) + piece.n_verbatim;
  n_clip_done_ += n;
  n_done_ += n;
  return piece;
}

Result<AudioCutter::Piece> AudioCutter::NextPlain() {
  const std::int64_t frame = span_.source_begin + n_clip_done_;
  const std::int64_t left = span_.n_out - n_clip_done_;
  if (options_.verbatim && length_is_known_ && n_clip_done_ >= span_.fade_in) {
    const std::int64_t n =
        std::min({left - span_.fade_out, n_source_frames_ - frame, kVerbatimFrames});
    if (n > 0) return Piece{.block = {}, .verbatim_frame = frame, .n_verbatim = n};
  }
  const std::int64_t most = options_.verbatim && length_is_known_ && n_clip_done_ < span_.fade_in
                                ? span_.fade_in - n_clip_done_
                                : left;
  const AudioBlock block = Block(std::min(left, most));
  TM_TRY(ReadAt(frame, block));
  Fade(block, n_clip_done_);
  return Piece{.block = block, .verbatim_frame = 0, .n_verbatim = 0};
}

Result<AudioCutter::Piece> AudioCutter::NextStretched() {
  const AudioBlock block = Block(span_.n_out - n_clip_done_);
  std::size_t n = 0;
  while ((n = stretch_->Pull(block)) == 0 && !flushed_) TM_TRY(FeedStretch());
  if (n == 0) {  // the library gave a few frames less than the length asks for
    n = block.n_frames();
    for (std::size_t c = 0; c < block.n_channels(); ++c) std::ranges::fill(block.channel(c), 0.0F);
  }
  Fade(block.First(n), n_clip_done_);
  return Piece{.block = block.First(n), .verbatim_frame = 0, .n_verbatim = 0};
}

Result<void> AudioCutter::FeedStretch() {
  const std::int64_t frame = span_.source_begin + n_stretch_read_;
  if (frame >= span_.source_end) {
    stretch_->Flush();
    flushed_ = true;
    return {};
  }
  const AudioBlock block =
      Block(std::min(span_.source_end - frame, static_cast<std::int64_t>(kBlockFrames)));
  TM_TRY(ReadAt(frame, block));
  stretch_->Push(block);
  n_stretch_read_ += static_cast<std::int64_t>(block.n_frames());
  return {};
}

// Fills all of `out` with the frames from `frame` on; silence behind the end.
Result<void> AudioCutter::ReadAt(std::int64_t frame, AudioBlock out) {
  const std::int64_t there = std::clamp<std::int64_t>(n_source_frames_ - frame, 0,
                                                      static_cast<std::int64_t>(out.n_frames()));
  for (std::size_t c = 0; c < out.n_channels(); ++c) {
    std::ranges::fill(out.channel(c).subspan(static_cast<std::size_t>(there)), 0.0F);
  }
  n_behind_end_ = there == 0 ? n_behind_end_ + static_cast<std::int64_t>(out.n_frames()) : 0;
  if (there == 0) return {};
  // What lies between fits into `out`, which is filled anew afterwards.
  // Of PCM to seek is to count.
  const bool seeks_at_once = source_.extent().has_value();
  const bool far_ahead =
      (seeks_at_once && frame > position_) ||
      (frame - position_ > kFramesWorthAJump && !source_.info().seeks_by_rewinding);
  if (frame < position_ || far_ahead) {
    TM_TRY(source_.Seek(frame));
    position_ = frame;
  }
  while (position_ < frame) {
    const auto n_skip = std::min<std::int64_t>(frame - position_, there);
    std::size_t n = 0;
    TM_TRY_ASSIGN(n, source_.Read(out.First(static_cast<std::size_t>(n_skip))));
    if (n == 0) break;
    position_ += static_cast<std::int64_t>(n);
  }
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, source_.Read(out.First(static_cast<std::size_t>(there))));
  position_ += static_cast<std::int64_t>(n);
  if (static_cast<std::int64_t>(n) == there) return {};
  if (!length_is_known_) {
    n_source_frames_ = position_;
    for (std::size_t c = 0; c < out.n_channels(); ++c)
      std::ranges::fill(out.channel(c).subspan(n), 0.0F);
  } else {
    return Fail(
        ErrorCode::kIo,
        fmt::format("{}: is shorter than when it was analysed; leave it alone while it is cut",
                    Printable(source_.info().path)));
  }
  return {};
}

void AudioCutter::Fade(const AudioBlock& block, std::int64_t first) const {
  const auto gain = [](std::int64_t i, std::int64_t n) {
    return static_cast<float>(
        std::sin(std::numbers::pi / 2 * (static_cast<double>(i) + 0.5) / static_cast<double>(n)));
  };
  const auto n_frames = static_cast<std::int64_t>(block.n_frames());
  for (std::int64_t i = 0; i < n_frames && first + i < span_.fade_in; ++i) {
    const float factor = gain(first + i, span_.fade_in);
    for (float* plane : block.channels()) plane[i] *= factor;
  }
  const std::int64_t fade_begin = std::max(span_.n_out - span_.fade_out - first, std::int64_t{0});
  for (std::int64_t i = fade_begin; i < n_frames; ++i) {
    const float factor = gain(span_.n_out - 1 - first - i, span_.fade_out);
    for (float* plane : block.channels()) plane[i] *= factor;
  }
}

}  // namespace tidemark::edit
