// Patience: waits on a Parking, and asks every 50 ms whether to go on. One thread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "live/parking.h"
#include "tidemark/audio_track.h"

namespace tidemark::live {

class Patience {
 public:
  enum class Outcome : std::uint8_t { kAwake, kTimeUp, kCalledOff };

  // Of the options' keep_waiting; where that is null, nobody is asked.
  explicit Patience(const TrackOptions& options)
      : keep_waiting_(options.keep_waiting), context_(options.keep_waiting_context) {}

  // As Parking::Wait(); kAwake for no reason at times, so that what is waited for is looked at
  // again. Between waits that follow each other no more than 50 ms go by unasked.
  Outcome Wait(Parking& parking, std::uint32_t ticket, std::int64_t deadline_ns) {
    constexpr std::int64_t kInterval_ns = 50'000'000;
    if (keep_waiting_ == nullptr) {
      return parking.Wait(ticket, deadline_ns) ? Outcome::kAwake : Outcome::kTimeUp;
    }
    const std::int64_t now_ns = NowNs();
    if (now_ns >= next_asked_ns_) {
      parking.Cancel();
      next_asked_ns_ = now_ns + kInterval_ns;
      return keep_waiting_(context_) ? Outcome::kAwake : Outcome::kCalledOff;
    }
    parking.Wait(ticket, std::min(deadline_ns, next_asked_ns_));
    return NowNs() < deadline_ns ? Outcome::kAwake : Outcome::kTimeUp;
  }

 private:
  bool (*keep_waiting_)(void* context);
  void* context_;
  std::int64_t next_asked_ns_ = 0;
};

}  // namespace tidemark::live
