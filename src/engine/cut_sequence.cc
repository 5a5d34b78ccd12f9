#include "engine/cut_sequence.h"

#include <utility>

#include "edit/clip_sequence.h"

namespace tidemark::engine {

CutSequence::CutSequence(const CutOutput& output, const CutRenderPlan& plan, CutMedia& media,
                         const edit::Timeline& timeline,
                         std::span<const std::int64_t> stream_frames,
                         const Cancellation& cancellation)
    : output_(output),
      plan_(plan),
      media_(media),
      timeline_(timeline),
      stream_frames_(stream_frames.begin(), stream_frames.end()),
      cancellation_(cancellation),
      source_frames_(media.n_streams(), 0),
      total_s_(timeline.timebase.Seconds(edit::OutputTicks(timeline))) {
  clip_.media = timeline.media;
  clip_.timebase = timeline.timebase;
  clip_.n_ticks = timeline.n_ticks;
  clip_.clips.resize(1);
}

Result<std::unique_ptr<CutSequence>> CutSequence::Create(
    const CutOutput& output, const CutRenderPlan& plan, CutMedia& media,
    const edit::Timeline& timeline, std::span<const std::int64_t> stream_frames,
    const Cancellation& cancellation) {
  TM_TRY(media.Rewind());
  return std::unique_ptr<CutSequence>(
      new CutSequence(output, plan, media, timeline, stream_frames, cancellation));
}

Result<void> CutSequence::BeginClip() {
  clip_.clips.front() = timeline_.clips[n_done_];
  CutOutput output = output_;
  output.path = edit::ClipSequencePath(output_.path, n_done_, timeline_.clips.size());
  TM_TRY_ASSIGN(render_, CutRender::Create(output, plan_, media_, clip_, stream_frames_,
                                           source_frames_, cancellation_));
  return {};
}

Result<void> CutSequence::EndClip() {
  TM_TRY(render_->Finish());
  if (warning_.empty()) warning_ = render_->warning();
  render_->GetSourceFrames(source_frames_);
  done_s_ += render_->total_s();
  render_.reset();
  ++n_done_;
  return {};
}

Result<bool> CutSequence::Next() {
  if (n_done_ == timeline_.clips.size()) return false;
  if (!render_) TM_TRY(BeginClip());
  bool more = false;
  TM_TRY_ASSIGN(more, render_->Next());
  if (!more) TM_TRY(EndClip());
  return true;
}

double CutSequence::done_s() const { return done_s_ + (render_ ? render_->done_s() : 0); }

}  // namespace tidemark::engine
