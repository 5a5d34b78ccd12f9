// TrackRun: an input through a live track into a recording, from opening to the end. The caller
// pulls: Open, look at the plan, Start, Next until done. Nothing calls back. One owner; every call
// from the same thread, which is the track's reader; one at a time in a process, as the ceiling is
// the process's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/cancellation.h"
#include "base/result.h"
#include "engine/plan.h"
#include "engine/run_meter.h"
#include "engine/track_feed.h"
#include "engine/track_options.h"
#include "engine/track_sink.h"
#include "engine/track_summary.h"
#include "io/alsa_device.h"
#include "memory/arena.h"

namespace tidemark::engine {

class TrackRun {
 public:
  // Opens the input and makes the plan. Borrows both. Errors: those of OpenWithin(),
  // AudioTrack::PlanBytes() and TrackSink::AddToPlan(); kUnsupported where a track does not take
  // the input; kUsage where the buffer is too short for the latency.
  static Result<std::unique_ptr<TrackRun>> Open(const TrackRequest& request,
                                                const Cancellation& cancellation);

  TrackRun(const TrackRun&) = delete;
  TrackRun& operator=(const TrackRun&) = delete;
  ~TrackRun();

  [[nodiscard]] const Plan& plan() const { return plan_; }

  // Looks whether the recording may be written, admits the plan, has the kernel hold the process to
  // it, and begins to feed the track. kUsage, kIo: cut_paths.h; kMemory: the plan is over the
  // ceiling.
  Result<void> Start();

  // Reads a frame and writes it, once both are due; false at the end, when the recording is
  // complete. Where the input fails, or with kCancelled after an interrupt, what was read before is
  // complete too, and the message says so. Errors: the input's, the recording's; kBadData where
  // there was no audio. REQUIRES: Start() succeeded, not done yet, no error yet.
  Result<bool> Next();

  // At any time after Start().
  [[nodiscard]] TrackSummary Summary();

 private:
  TrackRun(const TrackRequest& request, const Cancellation& cancellation)
      : request_(request), outer_(cancellation), cancellation_(&cancellation) {}
  Result<void> OpenInput();
  Result<void> OpenPlayer();
  [[nodiscard]] std::string InputName() const;
  // Somebody else's clock says when a frame is read: ReadPaced(), or the device's.
  [[nodiscard]] bool threaded() const { return request_.paced || !request_.play_device.empty(); }
  Result<void> AdoptFormat();
  Result<void> MakePlan();
  Result<bool> ReadFrame();
  Result<void> End(Result<void> why);

  TrackRequest request_;
  const Cancellation& outer_;  // the user's
  Cancellation cancellation_;  // of the input: ends with the user's, or when enough was read
  RunMeter meter_;
  std::unique_ptr<io::Source> source_;
  Plan plan_;
  std::optional<memory::Arena> arena_;
  std::unique_ptr<AudioTrack> track_;
  std::unique_ptr<TrackSink> sink_;         // null: nothing is recorded
  std::unique_ptr<io::AlsaDevice> player_;  // null: nothing is played
  std::unique_ptr<TrackFeed> feed_;
  std::span<std::byte> frame_;
  std::optional<TrackStats> last_stats_;  // before the track was stopped
  std::int64_t n_read_ = 0;               // samples, silence included
  std::int64_t n_most_ = 0;               // of them; 0: no end
};

}  // namespace tidemark::engine
