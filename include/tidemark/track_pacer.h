// TrackPacer: reads the frames of many tracks when they are due, on one thread: a thread for each
// would cost more than the audio. The frames of 2,000 tracks do not come in one burst, as their
// phases are spread over a frame; those that are due within a tick come together, so that the
// thread wakes a thousand times a second at most. Memory is fixed when it is made.
//
// Threads: Run() or Turn() on one thread at a time, everything else from any thread, also from
// within a sink but for Add() and Remove(). For more than one core has time for, make several.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "tidemark/audio_track.h"
#include "tidemark/result.h"

namespace tidemark {

// Where the frames of a track go. Called by the pacer's thread, which serves all other tracks too:
// what takes long belongs elsewhere.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  // The next frame, the caller's again once this returns. False takes the track out.
  virtual bool OnFrame(std::span<const std::byte> frame, const FrameInfo& info) = 0;
  // The track was stopped and has been taken out: the last call.
  virtual void OnStopped() {}
};

struct PacerOptions {
  std::size_t max_tracks = 2'000;  // 1 to 65,536
  double tick_ms = 1;              // 0.1 to 10; a frame is late by up to as much
};

struct PacerStats {
  std::size_t tracks = 0;
  std::int64_t frames = 0;   // read
  std::int64_t missed = 0;   // of them, late by more than a frame
  std::int64_t skipped = 0;  // frames that were never read, so that no burst follows a stall
  double late_p50_ms = 0;    // how late the frames were read, within an eighth
  double late_p999_ms = 0;
  double late_max_ms = 0;  // exact
  std::size_t held_bytes = 0;
};

class [[gnu::visibility("default")]] TrackPacer final {
 public:
  // The memory that a pacer takes, in bytes, without its tracks. kUsage as Create().
  static Result<std::size_t> PlanBytes(const PacerOptions& options);

  // kUsage, naming the option, where one is out of range; kMemory where there is not enough.
  static Result<std::unique_ptr<TrackPacer>> Create(const PacerOptions& options);

  TrackPacer(const TrackPacer&) = delete;
  TrackPacer& operator=(const TrackPacer&) = delete;
  // REQUIRES: no thread is in a member.
  ~TrackPacer();

  // Frames of `track` go to `sink`, the first within a frame's length. Borrows both, and is
  // the track's reader, until it is taken out. kUsage where the track is in already or max_tracks
  // are.
  Result<void> Add(AudioTrack& track, FrameSink& sink);
  // Takes a track out; false where it was not in. Once it returns its sink is not called again.
  bool Remove(const AudioTrack& track);

  // Serves the tracks until Stop(). Allocates nothing.
  void Run();
  // Run() returns, and so do all later calls of it.
  void Stop();

  // For a loop of the caller's own instead of Run(): reads every frame that is due at now_ns, on
  // any monotonic clock that is not negative, always the same (Run() takes CLOCK_MONOTONIC).
  // Returns when to call again, at the latest; earlier after Add().
  std::int64_t Turn(std::int64_t now_ns);

  [[nodiscard]] PacerStats Stats() const;

 private:
  class Impl;
  explicit TrackPacer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark
