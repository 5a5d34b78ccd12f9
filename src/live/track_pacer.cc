#include "tidemark/track_pacer.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/result.h"
#include "live/counter.h"
#include "live/frame_schedule.h"
#include "live/lateness.h"
#include "live/parking.h"
#include "live/track_shape.h"
#include "memory/arena.h"

namespace tidemark {
namespace {

using live::FrameSchedule;

struct Client {
  AudioTrack* track;
  FrameSink* sink;
};

constexpr std::size_t kMostTracks = 65'536;
constexpr std::size_t kMaxFrameBytes =
    std::size_t{live::kMaxTrackRateHz} * 60 / 1000 * live::kMaxTrackChannels * 4;

Result<void> Check(const PacerOptions& options) {
  if (options.max_tracks < 1 || options.max_tracks > kMostTracks) {
    return Fail(ErrorCode::kUsage, fmt::format("max_tracks of a pacer is {}; it must be 1 to {}",
                                               options.max_tracks, kMostTracks));
  }
  if (!(options.tick_ms >= 0.1 && options.tick_ms <= 10)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("tick_ms of a pacer is {:g}; it must be 0.1 to 10", options.tick_ms));
  }
  return {};
}

std::size_t ArenaBytesOf(const PacerOptions& options) {
  return FrameSchedule::PlanBytes(options.max_tracks) +
         memory::ArenaBytes<Client>(options.max_tracks) +
         memory::ArenaBytes<std::byte>(kMaxFrameBytes);
}

}  // namespace

class [[gnu::visibility("hidden")]] TrackPacer::Impl {
 public:
  Impl(const PacerOptions& options, memory::Arena arena)
      : tick_ns_(static_cast<std::int64_t>(1e6 * options.tick_ms)),
        arena_(std::move(arena)),
        schedule_(options.max_tracks, arena_),
        clients_(arena_.Take<Client>(options.max_tracks)),
        frame_(arena_.Take<std::byte>(kMaxFrameBytes)) {}

  Result<void> Add(AudioTrack& track, FrameSink& sink);
  bool Remove(const AudioTrack& track);
  void Run();
  void Stop() {
    stopped_.store(true, std::memory_order_release);
    parking_.Wake();
  }

  // `now` gives the time; it is asked before each frame.
  template <typename Now>
  std::int64_t Turn(Now now) {
    while (!stopped_.load(std::memory_order_acquire)) {
      // A mutex is not fair: who waits for it comes before the next frame.
      while (n_waiting_.load(std::memory_order_relaxed) > 0) sched_yield();
      const std::lock_guard lock(mutex_);
      const auto due = schedule_.Take(now());
      if (!due) return schedule_.NextDue();
      Serve(*due);
    }
    return FrameSchedule::kNever;
  }

  [[nodiscard]] PacerStats Stats() const;

 private:
  [[nodiscard]] std::size_t PlaceOf(const AudioTrack& track) const {
    const auto found = std::ranges::find(clients_, &track, &Client::track);
    return static_cast<std::size_t>(found - clients_.begin());
  }
  void Serve(const FrameSchedule::Due& due);
  void TakeOut(std::size_t place);
  std::unique_lock<std::mutex> LockBeforeFrames() {
    n_waiting_.fetch_add(1, std::memory_order_relaxed);
    std::unique_lock lock(mutex_);
    n_waiting_.fetch_sub(1, std::memory_order_relaxed);
    return lock;
  }

  std::int64_t tick_ns_;
  memory::Arena arena_;
  std::atomic<bool> stopped_ = false;
  live::Parking parking_;
  std::atomic<int> n_waiting_ = 0;
  std::mutex mutex_;  // of the three that follow
  FrameSchedule schedule_;
  std::span<Client> clients_;  // by the schedule's places; null where there is none
  std::span<std::byte> frame_;
  live::Counter n_tracks_;
  live::Counter n_frames_;
  live::Counter n_missed_;
  live::Counter n_skipped_;
  live::Lateness lateness_;
};

Result<void> TrackPacer::Impl::Add(AudioTrack& track, FrameSink& sink) {
  {
    const auto lock = LockBeforeFrames();
    if (PlaceOf(track) < clients_.size()) {
      return Fail(ErrorCode::kUsage, "a track was added to a pacer that has it");
    }
    const auto place = schedule_.Add(track.options().sample_rate_hz,
                                     static_cast<std::int64_t>(track.frame_samples()));
    if (!place) {
      return Fail(
          ErrorCode::kUsage,
          fmt::format("a pacer was given more than its {} tracks (max_tracks)", clients_.size()));
    }
    clients_[*place] = {&track, &sink};
    n_tracks_.Add(1);
  }
  parking_.Wake();
  return {};
}

bool TrackPacer::Impl::Remove(const AudioTrack& track) {
  const auto lock = LockBeforeFrames();
  const std::size_t place = PlaceOf(track);
  if (place == clients_.size()) return false;
  TakeOut(place);
  return true;
}

void TrackPacer::Impl::TakeOut(std::size_t place) {
  schedule_.Remove(place);
  clients_[place] = {};
  n_tracks_.Add(-1);
}

void TrackPacer::Impl::Serve(const FrameSchedule::Due& due) {
  const Client client = clients_[due.place];
  const auto frame = frame_.first(client.track->frame_bytes());
  const auto info = client.track->Read(frame);
  if (!info) {  // stopped: nothing else can be wrong
    TakeOut(due.place);
    client.sink->OnStopped();
    return;
  }
  n_frames_.Add(1);
  if (due.late_ns > due.frame_ns) n_missed_.Add(1);
  n_skipped_.Add(due.n_skipped);
  lateness_.Add(due.late_ns);
  if (!client.sink->OnFrame(frame, *info)) TakeOut(due.place);
}

void TrackPacer::Impl::Run() {
  while (true) {
    const std::uint32_t ticket = parking_.Ticket();
    const std::int64_t start_ns = live::NowNs();
    const std::int64_t next_ns = Turn(live::NowNs);
    if (stopped_.load(std::memory_order_acquire)) {
      parking_.Cancel();
      return;
    }
    parking_.Wait(ticket, std::max(next_ns, start_ns + tick_ns_));
  }
}

PacerStats TrackPacer::Impl::Stats() const {
  return {.tracks = static_cast<std::size_t>(n_tracks_.value()),
          .frames = n_frames_.value(),
          .missed = n_missed_.value(),
          .skipped = n_skipped_.value(),
          .late_p50_ms = lateness_.QuantileMs(0.5),
          .late_p999_ms = lateness_.QuantileMs(0.999),
          .late_max_ms = static_cast<double>(lateness_.max_ns()) / 1e6,
          .held_bytes = arena_.size() + sizeof(TrackPacer) + sizeof(Impl)};
}

Result<std::size_t> TrackPacer::PlanBytes(const PacerOptions& options) {
  TM_TRY(Check(options));
  return ArenaBytesOf(options) + sizeof(TrackPacer) + sizeof(Impl);
}

Result<std::unique_ptr<TrackPacer>> TrackPacer::Create(const PacerOptions& options) {
  TM_TRY(Check(options));
  auto arena = memory::Arena::Create(ArenaBytesOf(options));
  if (!arena) return tl::unexpected(std::move(arena).error());
  return std::unique_ptr<TrackPacer>(
      new TrackPacer(std::make_unique<Impl>(options, std::move(*arena))));
}

TrackPacer::TrackPacer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TrackPacer::~TrackPacer() = default;
Result<void> TrackPacer::Add(AudioTrack& track, FrameSink& sink) { return impl_->Add(track, sink); }
bool TrackPacer::Remove(const AudioTrack& track) { return impl_->Remove(track); }
void TrackPacer::Run() { impl_->Run(); }
void TrackPacer::Stop() { impl_->Stop(); }
std::int64_t TrackPacer::Turn(std::int64_t now_ns) {
  return impl_->Turn([now_ns] { return now_ns; });
}
PacerStats TrackPacer::Stats() const { return impl_->Stats(); }

}  // namespace tidemark
