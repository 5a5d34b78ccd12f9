#include "io/ffmpeg_module_video_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "io/ffmpeg_module_streams.h"

namespace tidemark::io {
namespace {

// A cut shorter than this is decoded through; a longer one is jumped over.
constexpr double kJump_s = 4;
// The output's stamps are at least this fine, so that frames of a varying rate keep their times.
constexpr std::int64_t kFineHz = 90'000;
constexpr double kRateTolerance = 2e-3;
constexpr double kMaxRate = 1000;

double Value(AVRational rate) {
  return rate.num > 0 && rate.den > 0 ? static_cast<double>(rate.num) / rate.den : 0;
}

// The rate at which frames usually come: the common one of all stamps, unless that is but the
// fineness of the stamps.
AVRational UsualRate(const AVStream& stream) {
  const double average = Value(stream.avg_frame_rate);
  const double common = Value(stream.r_frame_rate);
  if (common > 0 && common < kMaxRate && (average <= 0 || common <= 2.1 * average)) {
    return stream.r_frame_rate;
  }
  return average > 0 && average < kMaxRate ? stream.avg_frame_rate : AVRational{0, 1};
}

// What output stamps count in.
Timebase ChooseUnit(Timebase timebase, AVRational rate, bool grid) {
  const double ticks_hz = 1 / timebase.Seconds(1);
  const bool tick_is_frame = std::abs(ticks_hz / Value(rate) - 1) < kRateTolerance;
  if (grid && !tick_is_frame && rate.num > 0) return {rate.num, rate.den};
  if (grid) return timebase;
  if (timebase.num > kFineHz) return timebase.num <= 10 * kFineHz ? timebase : Timebase{kFineHz, 1};
  return {timebase.num * ((kFineHz + timebase.num - 1) / timebase.num), timebase.den};
}

tl::unexpected<Error> NoMemory(const std::string& path) {
  return Fail(
      ErrorCode::kMemory,
      fmt::format("{}: no memory for a frame of its video; raise --memory", Printable(path)));
}

AVRational ToRational(Timebase ticks) {
  AVRational result{1, 1};
  av_reduce(&result.num, &result.den, ticks.den, ticks.num, 1 << 30);
  return result;
}

}  // namespace

Result<std::unique_ptr<VideoTrack>> VideoTrack::Create(const VideoSpec& spec, int stream,
                                                       std::optional<std::int64_t> ceiling_bytes,
                                                       OutputMuxer& output,
                                                       const Cancellation* cancellation) {
  std::unique_ptr<VideoTrack> track(new VideoTrack(spec));
  for (Held* const held : {&track->ahead_, &track->on_screen_, &track->pending_}) {
    held->frame.reset(av_frame_alloc());
    if (held->frame == nullptr) return NoMemory(spec.input_path);
  }
  TM_TRY_ASSIGN(track->decoder_, VideoDecoder::Create(spec.input_path, stream, {}, cancellation));
  TM_TRY(track->NextFrame());
  if (!track->ahead_.valid) return nullptr;
  const AVFrame& first = track->ahead();
  const AVCodec* codec = nullptr;
  TM_TRY_ASSIGN(codec, FindVideoEncoder(spec, *output.format().oformat));
  TM_TRY_ASSIGN(track->plan_,
                MakeVideoPlan(spec, *codec, first, track->decoder_->n_references(), ceiling_bytes));
  TM_TRY(track->OpenEncoder(first, output));
  track->can_jump_ = track->decoder_->input().seekable();
  if (track->plan_.decoder.threads > 1) {
    // Known only now that the size of the pictures is. Two indexes of a long MP4 are one too many.
    track->decoder_.reset();
    TM_TRY_ASSIGN(track->decoder_, VideoDecoder::Create(spec.input_path, stream,
                                                        track->plan_.decoder, cancellation));
    track->ahead_.valid = false;
  }
  return track;
}

Result<void> VideoTrack::OpenEncoder(const AVFrame& first, OutputMuxer& output) {
  VideoEncoderSettings settings;
  TM_TRY_ASSIGN(settings.codec, FindVideoEncoder(spec_, *output.format().oformat));
  auto& stream = const_cast<AVStream&>(decoder_->stream());  // FFmpeg's own functions want it so
  settings.frame_rate = UsualRate(stream);
  const bool grid = VideoEncoder::NeedsGrid(*settings.codec, *output.format().oformat);
  const Timebase unit = ChooseUnit(spec_.timebase, settings.frame_rate, grid);
  settings.time_base = ToRational(unit);
  settings.sample_aspect = av_guess_sample_aspect_ratio(&decoder_->input().format(), &stream,
                                                        const_cast<AVFrame*>(&first));
  settings.tuning = plan_.encoder;
  times_.emplace(spec_.clips, spec_.timebase, ToTimebase(settings.time_base));
  if (settings.frame_rate.num > 0) {
    frame_units_ = av_rescale_q(1, av_inv_q(settings.frame_rate), settings.time_base);
  }
  TM_TRY_ASSIGN(encoder_, VideoEncoder::Create(spec_, settings, first, output));
  CopyStreamFacts(stream, encoder_->stream());
  return {};
}

TickTime VideoTrack::TimeOf(const AVFrame& frame) const {
  return ToTickTime(frame.pts, ToTimebase(decoder_->stream().time_base), spec_.timebase,
                    decoder_->input().origin_s());
}

// The next frame, if there is one, into ahead_.
Result<void> VideoTrack::NextFrame() {
  const AVFrame* frame = nullptr;
  TM_TRY_ASSIGN(frame, decoder_->Next());
  at_end_ = frame == nullptr;
  if (at_end_) return {};
  av_frame_unref(ahead_.frame.get());
  ahead_.valid = false;
  if (av_frame_ref(ahead_.frame.get(), frame) < 0) return NoMemory(spec_.input_path);
  ahead_.time = TimeOf(*frame);
  ahead_.valid = true;
  return {};
}

// Moves the decoder where the clip needs it.
Result<void> VideoTrack::BeginClip() {
  clip_begun_ = true;
  clip_opened_ = false;
  const std::int64_t begin = times_->clip(clip_).begin;
  const bool behind = on_screen_.valid && on_screen_.time.IsAfter(begin);
  const TickTime& at = ahead_.valid ? ahead_.time : on_screen_.time;
  const double gap_s = spec_.timebase.Seconds(begin) - at.Seconds(spec_.timebase);
  const bool far_ahead = can_jump_ && !at_end_ && gap_s > kJump_s;
  if (!behind && !far_ahead) return {};
  const TickTime origin = decoder_->input().origin_s();
  const AVRational unit = decoder_->stream().time_base;
  const double begin_s = spec_.timebase.Seconds(begin) + origin.Seconds({1, 1});
  const auto time = static_cast<std::int64_t>(std::floor(begin_s / av_q2d(unit)));
  TM_TRY_ASSIGN(can_jump_, decoder_->SeekTo(time));
  on_screen_.valid = ahead_.valid = at_end_ = false;
  return {};
}

Result<void> VideoTrack::Keep(Held& to, const Held& from) {
  av_frame_unref(to.frame.get());
  to.valid = false;
  if (!from.valid) return {};
  if (av_frame_ref(to.frame.get(), from.frame.get()) < 0) return NoMemory(spec_.input_path);
  to.time = from.time;
  to.valid = true;
  return {};
}

// Hands the pending frame to the encoder, seen until `until`.
Result<void> VideoTrack::Release(std::int64_t until) {
  if (!pending_.valid) return {};
  pending_.valid = false;
  return encoder_->Push(*pending_.frame, pending_output_, until - pending_output_);
}

Result<void> VideoTrack::Show(const Held& held, std::int64_t output) {
  if (pending_.valid && output <= pending_output_) {
    return Keep(pending_, held);
  }
  // A clip that plays faster shows no more frames a second than the source.
  if (pending_.valid && times_->clip(clip_).speed > 1 && clip_opened_) {
    output = std::max(output, pending_output_ + frame_units_);
  }
  if (output >= times_->OutputBegin(clip_ + 1)) return {};
  TM_TRY(Release(output));
  TM_TRY(Keep(pending_, held));
  pending_output_ = output;
  return {};
}

// Shows what is on the screen when the clip begins, unless the clip before ended with it.
Result<void> VideoTrack::OpenClip() {
  if (clip_opened_) return {};
  if (on_screen_.valid) {
    const bool still_there = pending_.valid && pending_.frame->pts == on_screen_.frame->pts;
    if (!still_there) TM_TRY(Show(on_screen_, times_->OutputBegin(clip_)));
  }
  clip_opened_ = true;
  return {};
}

// Deals with ahead_ in the present clip, or ends the clip.
Result<void> VideoTrack::Take() {
  const Clip& clip = times_->clip(clip_);
  if (ahead_.time.IsAfter(clip.begin)) {
    TM_TRY(OpenClip());
    if (!ahead_.time.IsBefore(clip.end)) {
      ++clip_;
      clip_begun_ = false;
      return {};
    }
    TM_TRY(Show(ahead_, times_->Output(clip_, ahead_.time)));
  }
  std::swap(on_screen_, ahead_);
  ahead_.valid = false;
  return {};
}

Result<void> VideoTrack::AdvanceTo(std::int64_t output) {
  while (clip_ < times_->n_clips() && (!pending_.valid || pending_output_ < output)) {
    if (!clip_begun_) TM_TRY(BeginClip());
    if (!ahead_.valid && !at_end_) TM_TRY(NextFrame());
    if (ahead_.valid) {
      TM_TRY(Take());
      continue;
    }
    TM_TRY(OpenClip());
    ++clip_;
    clip_begun_ = false;
  }
  return {};
}

Result<void> VideoTrack::Advance(double output_s) {
  const Timebase unit = times_->unit();
  const double units = output_s * static_cast<double>(unit.num) / static_cast<double>(unit.den);
  return AdvanceTo(static_cast<std::int64_t>(std::min(units, 9e18)));
}

Result<void> VideoTrack::Finish() {
  const std::int64_t end = times_->OutputBegin(times_->n_clips());
  TM_TRY(AdvanceTo(end));
  TM_TRY(Release(end));
  return encoder_->Drain();
}

double VideoTrack::done_s() const { return times_->unit().Seconds(pending_output_); }

std::string VideoTrack::note() const {
  std::string note = encoder_->note();
  const auto add = [&note](const std::string& text) {
    if (!note.empty()) note += "; ";
    note += text;
  };
  if (decoder_->n_damaged() > 0) {
    add(fmt::format("{} damaged packets of video were stepped over", decoder_->n_damaged()));
  }
  if (decoder_->input().truncated()) add("the video ends before its container says");
  return note;
}

}  // namespace tidemark::io
