// TrackFeed: decoded audio into a track, on a thread of its own or piece by piece on the reader's.
// One owner, the thread that reads the track; the feed's thread alone uses the source meanwhile.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "base/audio_block.h"
#include "base/result.h"
#include "base/thread.h"
#include "io/source.h"
#include "memory/arena.h"
#include "tidemark/audio_track.h"

namespace tidemark::engine {

class TrackFeed {
 public:
  // Exactly what the constructor takes from the arena: a block as long as a frame.
  static std::size_t PlanBytes(const io::SourceInfo& info, const TrackOptions& options);
  // Borrows source and track for its lifetime.
  TrackFeed(io::Source& source, AudioTrack& track, memory::Arena& arena);

  TrackFeed(const TrackFeed&) = delete;
  TrackFeed& operator=(const TrackFeed&) = delete;
  // Stops the track, which ends the thread once the source does not wait for input any more.
  ~TrackFeed();

  // Begins to feed by itself. kMemory where no thread can be had. REQUIRES: called once at most.
  Result<void> Start();

  // Returns once at least n_samples wait in the track, or the input has ended; without a thread, it
  // feeds on until then. REQUIRES: the track holds n_samples and two frames.
  void Await(std::int64_t n_samples);

  // The input has ended, well or not, and all of it was given to the track.
  [[nodiscard]] bool ended();
  // How it ended: the errors of io::Source::Read(), kMemory. REQUIRES: ended().
  [[nodiscard]] const Result<void>& outcome() const { return outcome_; }

 private:
  bool Feed();
  Result<bool> FeedOnce();

  io::Source& source_;
  AudioTrack& track_;
  AudioBlock block_;
  bool threaded_ = false;
  std::mutex mutex_;
  std::condition_variable fed_;
  // Guarded by mutex_; outcome_ does not change once ended_ is true.
  bool ended_ = false;
  Result<void> outcome_;
  Thread thread_;
};

// What waits in a track, in samples of its rate.
std::int64_t SamplesWaiting(const AudioTrack& track);

}  // namespace tidemark::engine
