#include "engine/track_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/text.h"
#include "base/units.h"
#include "engine/block_feed.h"
#include "engine/cut_paths.h"
#include "engine/process_plan.h"
#include "io/alsa_source.h"
#include "io/pcm_layout.h"
#include "memory/budget.h"

namespace tidemark::engine {
namespace {

constexpr int kMaxTrackRateHz = 192'000;
constexpr int kMaxTrackChannels = 8;
constexpr int kDeviceChannels = 2;
// What the device that plays holds beside the track.
constexpr double kDeviceFrames = 5;

// As precise as the input, and no more.
SampleType TypeOf(const io::SourceInfo& info) {
  if (info.encoding.starts_with("pcm_f")) return SampleType::kF32;
  if (info.bits > 24) return SampleType::kS32;
  return info.bits > 16 ? SampleType::kS24 : SampleType::kS16;
}

std::string NameOf(const std::string& path, const char* standard) {
  return path == "-" ? standard : Printable(path);
}

}  // namespace

TrackRun::~TrackRun() { cancellation_.Request(); }

Result<std::unique_ptr<TrackRun>> TrackRun::Open(const TrackRequest& request,
                                                 const Cancellation& cancellation) {
  NoteProcess();
  std::unique_ptr<TrackRun> run(new TrackRun(request, cancellation));
  TM_TRY(run->OpenInput());
  TM_TRY(run->AdoptFormat());
  TM_TRY(run->MakePlan());
  return run;
}

Result<void> TrackRun::OpenInput() {
  io::OpenOptions open = request_.open;
  open.cancellation = &cancellation_;
  Plan rest;
  std::size_t track_bytes = 0;
  TM_TRY_ASSIGN(track_bytes, AudioTrack::PlanBytes(request_.track));
  rest.Add("track", track_bytes, PlanKind::kOurs);
  auto source =
      request_.capture_device.empty()
          ? OpenWithin(memory::Budget(request_.memory_bytes), rest, request_.input_path, open)
          : io::OpenAlsaSource(
                request_.capture_device,
                {.sample_rate_hz = request_.sample_rate_hz.value_or(request_.track.sample_rate_hz),
                 .channels = request_.channels.value_or(kDeviceChannels)},
                &cancellation_);
  if (outer_.requested()) return Fail(ErrorCode::kCancelled, "interrupted");
  TM_TRY_ASSIGN(source_, std::move(source));
  return {};
}

std::string TrackRun::InputName() const {
  if (!request_.capture_device.empty()) {
    return fmt::format("ALSA device {}", Printable(request_.capture_device));
  }
  return NameOf(request_.input_path, "standard input");
}

// What the request leaves open is as in the input.
Result<void> TrackRun::AdoptFormat() {
  const StreamFormat& format = source_->info().stream;
  const std::string name = InputName();
  if (format.sample_rate_hz > kMaxTrackRateHz) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: has a sample rate of {} Hz; a track takes "
                            "{} at most",
                            name, format.sample_rate_hz, kMaxTrackRateHz));
  }
  if (format.channels > kMaxTrackChannels) {
    return Fail(ErrorCode::kUnsupported, fmt::format("{}: has {} channels; a track takes 1 to {}",
                                                     name, format.channels, kMaxTrackChannels));
  }
  TrackOptions& track = request_.track;
  track.sample_rate_hz = request_.sample_rate_hz.value_or(format.sample_rate_hz);
  track.channels = request_.channels.value_or(format.channels);
  track.type = request_.type.value_or(TypeOf(source_->info()));
  track.max_input_rate_hz = format.sample_rate_hz;
  // What comes in one piece, twice: a frame, and what the rate converter gives back before it.
  constexpr double kConverter_ms = 20;
  const double least_ms = request_.latency_ms + 2 * track.frame_ms + kConverter_ms;
  if (track.buffer_ms < least_ms) {
    return Fail(ErrorCode::kUsage,
                fmt::format("--buffer is {:g} ms; it must be {:g} ms at least: --latency, two "
                            "frames and {:g} ms",
                            track.buffer_ms, least_ms, kConverter_ms));
  }
  if (request_.duration_s) {
    n_most_ = std::max<std::int64_t>(1, std::llround(*request_.duration_s * track.sample_rate_hz));
  }
  return {};
}

Result<void> TrackRun::MakePlan() {
  const TrackOptions& track = request_.track;
  AddProcessToPlan(source_->info(), memory::Reach::kProcess, plan_);
  if (threaded()) plan_.Add("stack of the writing thread", kDecodeStackBytes, PlanKind::kOurs);
  plan_.Add("decoded block", TrackFeed::PlanBytes(source_->info(), track), PlanKind::kOurs);
  std::size_t track_bytes = 0;
  TM_TRY_ASSIGN(track_bytes, AudioTrack::PlanBytes(track));
  plan_.Add(fmt::format("track of {:g} ms", track.buffer_ms), track_bytes, PlanKind::kOurs);
  const auto frame = static_cast<std::size_t>(track.sample_rate_hz * track.frame_ms / 1000) *
                     static_cast<std::size_t>(track.channels) * BytesOf(track.type);
  plan_.Add("frame", memory::ArenaBytes<std::byte>(frame), PlanKind::kOurs);
  if (!request_.play_device.empty() && request_.capture_device.empty()) {
    plan_.Add("ALSA, file-backed", io::kAlsaAllowance.file_backed_bytes, PlanKind::kAllowance);
    plan_.Add("ALSA, anonymous", io::kAlsaAllowance.anonymous_bytes, PlanKind::kAllowance);
  }
  if (request_.output_path.empty()) return {};
  return TrackSink::AddToPlan(request_, source_->info(), plan_);
}

Result<void> TrackRun::Start() {
  const std::array inputs = {request_.input_path};  // empty: a device, which is no file
  TM_TRY(CheckOutputPath(request_.output_path, request_.overwrite, inputs));
  std::uint64_t limit_bytes = 0;
  TM_TRY_ASSIGN(limit_bytes, HoldToPlan(plan_, memory::Budget(request_.memory_bytes), InputName()));
  meter_.SetPlan(plan_.TotalBytes(), limit_bytes);
  TM_TRY_ASSIGN(track_, AudioTrack::Create(request_.track));
  const std::size_t frame_bytes = memory::ArenaBytes<std::byte>(track_->frame_bytes());
  const std::size_t sink_bytes =
      request_.output_path.empty() ? 0 : TrackSink::PlanBytes(request_.track);
  TM_TRY_ASSIGN(arena_,
                memory::Arena::Create(TrackFeed::PlanBytes(source_->info(), request_.track) +
                                      sink_bytes + frame_bytes));
  frame_ = arena_->Take<std::byte>(track_->frame_bytes());
  if (!request_.output_path.empty()) {
    TM_TRY_ASSIGN(sink_, TrackSink::Create(request_, outer_, *arena_));
  }
  if (!request_.play_device.empty()) TM_TRY(OpenPlayer());
  feed_ = std::make_unique<TrackFeed>(*source_, *track_, *arena_);
  if (threaded()) {
    TM_TRY(feed_->Start());
    feed_->Await(std::llround(request_.latency_ms * request_.track.sample_rate_hz / 1000));
  }
  meter_.SampleNow();
  return {};
}

Result<void> TrackRun::OpenPlayer() {
  const TrackOptions& track = request_.track;
  io::AlsaSpec spec;
  spec.name = request_.play_device;
  spec.format = {.sample_rate_hz = track.sample_rate_hz, .channels = track.channels};
  spec.encoding = EncodingOf(track.type);
  spec.latency_s = kDeviceFrames * track.frame_ms / 1000;
  spec.cancellation = &outer_;
  TM_TRY_ASSIGN(player_, io::AlsaDevice::Open(spec));
  return {};
}

Result<bool> TrackRun::Next() {
  if (outer_.requested()) {
    TM_TRY(End(Fail(ErrorCode::kCancelled, "interrupted")));
    return false;
  }
  const auto frame = static_cast<std::int64_t>(track_->frame_samples());
  // Where nothing may be lost nothing is put in either: the device waits, and starts anew.
  const bool waits = player_ != nullptr && request_.track.overflow == Overflow::kBlock;
  if (!threaded() || waits) feed_->Await(frame);
  const bool enough = n_most_ > 0 && n_read_ >= n_most_;
  // Asked for before the track is looked at: what was written before the end is seen then.
  const bool ended = feed_->ended();
  if (enough || (ended && SamplesWaiting(*track_) == 0)) {
    TM_TRY(End(ended ? feed_->outcome() : Result<void>()));
    return false;
  }
  auto read = ReadFrame();
  meter_.Sample();
  return read;
}

Result<bool> TrackRun::ReadFrame() {
  const auto info =
      player_ == nullptr && request_.paced ? track_->ReadPaced(frame_) : track_->Read(frame_);
  if (!info) return tl::unexpected<Error>(info.error());
  const std::int64_t left =
      n_most_ > 0 ? n_most_ - n_read_ : std::numeric_limits<std::int64_t>::max();
  const std::int64_t n = std::min(static_cast<std::int64_t>(track_->frame_samples()), left);
  const std::size_t sample_bytes = frame_.size() / track_->frame_samples();
  const auto samples = frame_.first(static_cast<std::size_t>(n) * sample_bytes);
  if (player_) TM_TRY(player_->Write(samples));
  if (sink_) TM_TRY(sink_->Write(samples));
  n_read_ += n;
  return true;
}

// Completes the recording, for whatever reason it ends.
Result<void> TrackRun::End(Result<void> why) {
  last_stats_ = track_->Stats();
  cancellation_.Request();
  feed_.reset();
  if (n_read_ == 0) {
    if (why) {
      why = Fail(ErrorCode::kBadData, fmt::format("{}: holds no audio", InputName()));
    }
    return why;
  }
  if (player_ && why) TM_TRY(player_->Drain());
  if (!sink_) return why;
  // A pipe has all that was read already.
  const bool is_gone =
      !why && why.error().code == ErrorCode::kCancelled && IsPipeOutput(request_.output_path);
  if (!is_gone) TM_TRY(sink_->Finish());
  if (why) return {};
  return Fail(
      why.error().code,
      fmt::format("{}; {} has what was read before, {}", why.error().message,
                  NameOf(request_.output_path, "standard output"),
                  FormatDuration(static_cast<double>(n_read_) / request_.track.sample_rate_hz)));
}

TrackSummary TrackRun::Summary() {
  TrackSummary summary;
  summary.track = last_stats_.value_or(track_->Stats());
  summary.sample_rate_hz = request_.track.sample_rate_hz;
  summary.read_s = static_cast<double>(n_read_) / request_.track.sample_rate_hz;
  summary.memory = meter_.Memory();
  summary.time = meter_.Time(summary.read_s);
  if (player_) summary.device_underruns = player_->n_recovered();
  for (const std::string& text : {source_->warning(), sink_ ? sink_->warning() : std::string()}) {
    if (!text.empty()) io::AddWarning(summary.warning, text);
  }
  return summary;
}

}  // namespace tidemark::engine
