#include "tidemark/audio_track.h"

#include <fmt/format.h>

#include <atomic>

#include "base/result.h"
#include "live/pace.h"
#include "live/parking.h"
#include "live/patience.h"
#include "live/sample_ring.h"
#include "live/track_reader.h"
#include "live/track_shape.h"
#include "live/track_writer.h"
#include "memory/arena.h"

namespace tidemark {
namespace {

using live::NowNs;
using live::Parking;
using live::Patience;
using live::SampleRing;
using live::TrackReader;
using live::TrackShape;
using live::TrackWriter;

std::size_t ArenaBytesOf(const TrackOptions& options, const TrackShape& shape) {
  return SampleRing::PlanBytes(shape.ring()) + TrackReader::PlanBytes(shape) +
         TrackWriter::PlanBytes(options, shape);
}

// Apart, so that the ways that are gone for every frame stay short.
[[gnu::cold]] tl::unexpected<Error> Stopped() {
  return Fail(ErrorCode::kCancelled, "the track was stopped");
}

[[gnu::cold]] tl::unexpected<Error> WrongSize(std::size_t n_bytes, std::size_t frame_bytes) {
  return Fail(ErrorCode::kUsage,
              fmt::format("a frame of {} bytes was to be read from a track whose frames have {}",
                          n_bytes, frame_bytes));
}

}  // namespace

class [[gnu::visibility("hidden")]] AudioTrack::Impl {
 public:
  Impl(const TrackOptions& options, const TrackShape& shape, memory::Arena arena)
      : options_(options),
        shape_(shape),
        arena_(std::move(arena)),
        ring_(shape_.ring(), arena_),
        reader_(shape_, options.conceal, ring_, arena_),
        writer_(options, shape_, ring_, parking_, stopped_, arena_),
        patience_(options),
        pace_(shape_.rate_hz, shape_.frame) {}

  Result<std::size_t> Write(const PcmView& pcm) {
    if (stopped_.load(std::memory_order_acquire)) return Stopped();
    // Only where it changes: the reader looks at it for every frame.
    if (finished_.load(std::memory_order_relaxed)) {
      finished_.store(false, std::memory_order_relaxed);
    }
    return writer_.Write(pcm);
  }

  Result<void> Finish() {
    if (stopped_.load(std::memory_order_acquire)) return Stopped();
    writer_.Finish();
    finished_.store(true, std::memory_order_release);
    return {};
  }

  Result<FrameInfo> Read(std::span<std::byte> frame) {
    if (frame.size() != shape_.frame_bytes) return WrongSize(frame.size(), shape_.frame_bytes);
    if (stopped_.load(std::memory_order_acquire)) return Stopped();
    FrameInfo info;
    info.pts = reader_.pts();
    const bool finished = finished_.load(std::memory_order_acquire);
    const std::int64_t n_late = reader_.counters().late.value();
    info.audio = reader_.Read(frame);
    if (info.audio && plain_) return info;
    info.end = finished && !info.audio && ring_.buffered() < shape_.frame;
    if (options_.overflow == Overflow::kBlock) parking_.Wake();
    if (options_.correct_drift && (!info.audio || reader_.counters().late.value() != n_late)) {
      writer_.NoteJump();
    }
    return info;
  }

  Result<FrameInfo> ReadPaced(std::span<std::byte> frame) {
    const std::int64_t due_ns = NextDueNs(NowNs());
    while (NowNs() < due_ns) {
      const std::uint32_t ticket = parking_.Ticket();
      if (stopped_.load(std::memory_order_acquire)) {
        parking_.Cancel();
        break;
      }
      if (patience_.Wait(parking_, ticket, due_ns) == Patience::Outcome::kCalledOff) {
        return Fail(ErrorCode::kCancelled, "the wait for a frame was called off");
      }
    }
    return Read(frame);
  }

  std::int64_t NextDueNs(std::int64_t now_ns) {
    const std::int64_t due_ns = pace_.Due(reader_.pts(), now_ns);
    reanchors_.Set(pace_.n_reanchors());
    return due_ns;
  }

  void Flush() {
    flushed_.fetch_add(ring_.Flush(), std::memory_order_relaxed);
    writer_.Restart();
    writer_.NoteJump();
    if (options_.overflow == Overflow::kBlock) parking_.Wake();
  }

  void Stop() {
    stopped_.store(true, std::memory_order_release);
    parking_.Wake();
  }

  [[nodiscard]] TrackStats Stats() const;
  [[nodiscard]] const TrackOptions& options() const { return options_; }
  [[nodiscard]] const TrackShape& shape() const { return shape_; }
  [[nodiscard]] bool stopped() const { return stopped_.load(std::memory_order_acquire); }

 private:
  TrackOptions options_;
  bool plain_ = options_.overflow != Overflow::kBlock && !options_.correct_drift;
  TrackShape shape_;
  memory::Arena arena_;
  std::atomic<bool> stopped_ = false;
  std::atomic<bool> finished_ = false;
  std::atomic<std::int64_t> flushed_ = 0;
  Parking parking_;
  SampleRing ring_;
  TrackReader reader_;
  TrackWriter writer_;
  Patience patience_;  // the reader's
  live::Pace pace_;
  live::Counter reanchors_;
};

TrackStats AudioTrack::Impl::Stats() const {
  const TrackReader::Counters& read = reader_.counters();
  const TrackWriter::Counters& written = writer_.counters();
  return {
      .buffered_ms = shape_.Milliseconds(ring_.buffered()),
      .high_water_ms = shape_.Milliseconds(written.high_water.value()),
      .written = written.written.value(),
      .read = read.read.value(),
      .silent = read.silent.value(),
      .dropped_oldest = written.dropped_oldest.value(),
      .dropped_newest = written.dropped_newest.value(),
      .dropped_late = read.late.value(),
      .flushed = flushed_.load(std::memory_order_relaxed),
      .underruns = read.underruns.value(),
      .reanchors = reanchors_.value(),
      .non_finite = written.non_finite.value(),
      .drift_ppm = static_cast<double>(written.drift_ppb.value()) / 1000,
      .held_bytes = arena_.size() + sizeof(AudioTrack) + sizeof(Impl),
  };
}

Result<std::size_t> AudioTrack::PlanBytes(const TrackOptions& options) {
  TrackShape shape;
  TM_TRY_ASSIGN(shape, TrackShape::Of(options));
  return ArenaBytesOf(options, shape) + sizeof(AudioTrack) + sizeof(Impl);
}

Result<std::unique_ptr<AudioTrack>> AudioTrack::Create(const TrackOptions& options) {
  TrackShape shape;
  TM_TRY_ASSIGN(shape, TrackShape::Of(options));
  auto arena = memory::Arena::Create(ArenaBytesOf(options, shape));
  if (!arena) return tl::unexpected(std::move(arena).error());
  return std::unique_ptr<AudioTrack>(
      new AudioTrack(std::make_unique<Impl>(options, shape, std::move(*arena))));
}

AudioTrack::AudioTrack(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AudioTrack::~AudioTrack() = default;

const TrackOptions& AudioTrack::options() const { return impl_->options(); }
std::size_t AudioTrack::frame_samples() const {
  return static_cast<std::size_t>(impl_->shape().frame);
}
std::size_t AudioTrack::frame_bytes() const { return impl_->shape().frame_bytes; }
Result<std::size_t> AudioTrack::Write(const PcmView& pcm) { return impl_->Write(pcm); }
Result<void> AudioTrack::Finish() { return impl_->Finish(); }
Result<FrameInfo> AudioTrack::Read(std::span<std::byte> frame) { return impl_->Read(frame); }
Result<FrameInfo> AudioTrack::ReadPaced(std::span<std::byte> frame) {
  return impl_->ReadPaced(frame);
}
std::int64_t AudioTrack::NextDueNs(std::int64_t now_ns) { return impl_->NextDueNs(now_ns); }
void AudioTrack::Flush() { impl_->Flush(); }
void AudioTrack::Stop() { impl_->Stop(); }
bool AudioTrack::stopped() const { return impl_->stopped(); }
TrackStats AudioTrack::Stats() const { return impl_->Stats(); }

}  // namespace tidemark
