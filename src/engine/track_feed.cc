#include "engine/track_feed.h"

#include <algorithm>
#include <cmath>
#include <new>

#include "engine/block_feed.h"

namespace tidemark::engine {
namespace {

std::size_t BlockFrames(const io::SourceInfo& info, const TrackOptions& options) {
  const double frames = info.stream.sample_rate_hz * options.frame_ms / 1000;
  return std::max<std::size_t>(1, static_cast<std::size_t>(frames));
}

}  // namespace

std::int64_t SamplesWaiting(const AudioTrack& track) {
  return std::llround(track.Stats().buffered_ms * track.options().sample_rate_hz / 1000);
}

std::size_t TrackFeed::PlanBytes(const io::SourceInfo& info, const TrackOptions& options) {
  const auto channels = static_cast<std::size_t>(info.stream.channels);
  return memory::ArenaBytes<float*>(channels) +
         channels * memory::ArenaBytes<float>(BlockFrames(info, options));
}

TrackFeed::TrackFeed(io::Source& source, AudioTrack& track, memory::Arena& arena)
    : source_(source), track_(track) {
  const std::size_t n_frames = BlockFrames(source.info(), track.options());
  const auto planes = arena.Take<float*>(static_cast<std::size_t>(source.info().stream.channels));
  for (float*& plane : planes) plane = arena.Take<float>(n_frames).data();
  block_ = AudioBlock(planes, n_frames);
}

TrackFeed::~TrackFeed() { track_.Stop(); }

Result<void> TrackFeed::Start() {
  threaded_ = true;
  return thread_.Start(kDecodeStackBytes, [this] {
    while (Feed()) {
    }
  });
}

void TrackFeed::Await(std::int64_t n_samples) {
  if (!threaded_) {
    while (!ended_ && SamplesWaiting(track_) < n_samples) Feed();
    return;
  }
  std::unique_lock lock(mutex_);
  fed_.wait(lock, [&] { return ended_ || SamplesWaiting(track_) >= n_samples; });
}

bool TrackFeed::ended() {
  const std::lock_guard lock(mutex_);
  return ended_;
}

// False at the end. bad_alloc must not leave the thread.
bool TrackFeed::Feed() {
  Result<bool> more = false;
  try {
    more = FeedOnce();
    if (!more || !*more) {
      // A track that was stopped has nobody who reads its tail.
      if (auto finished = track_.Finish(); !finished && more) more = false;
    }
  } catch (const std::bad_alloc&) {
    more = Fail(ErrorCode::kMemory, "out of memory");  // short: needs no allocation
  }
  const bool goes_on = more && *more;
  {
    const std::lock_guard lock(mutex_);
    ended_ = !goes_on;
    if (!more) outcome_ = tl::unexpected<Error>(std::move(more).error());
  }
  fed_.notify_one();
  return goes_on;
}

Result<bool> TrackFeed::FeedOnce() {
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, source_.Read(block_));
  if (n == 0) return false;
  const auto written =
      track_.Write({.planes = reinterpret_cast<const void* const*>(block_.channels().data()),
                    .n_samples = n,
                    .sample_rate_hz = source_.info().stream.sample_rate_hz,
                    .channels = source_.info().stream.channels,
                    .type = SampleType::kF32});
  if (written) return true;
  if (track_.stopped()) return false;
  return tl::unexpected<Error>(written.error());
}

}  // namespace tidemark::engine
