// Pace: when each frame of a track is due, on any monotonic clock. The first is due at once; a
// reader that is late by more than a frame is due at once too and the pace begins anew with it, so
// that a stall is not followed by a burst. One thread. Times in nanoseconds.
#pragma once

#include <cstdint>

namespace tidemark::live {

// Exact for a century; whole seconds first, so that nothing overflows.
inline std::int64_t DurationNs(std::int64_t n_samples, std::int64_t rate_hz) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  return n_samples / rate_hz * kSecond + n_samples % rate_hz * kSecond / rate_hz;
}

class Pace {
 public:
  // REQUIRES: both positive.
  Pace(int sample_rate_hz, std::int64_t frame_samples)
      : rate_hz_(sample_rate_hz), frame_ns_(Duration(frame_samples)) {}

  // When the frame that begins with sample `pts` is due, seen from `now_ns`; at most a frame ago.
  std::int64_t Due(std::int64_t pts, std::int64_t now_ns) {
    if (!anchored_) anchor_ns_ = now_ns - Duration(pts);
    anchored_ = true;
    const std::int64_t due_ns = anchor_ns_ + Duration(pts);
    if (now_ns - due_ns <= frame_ns_) return due_ns;
    anchor_ns_ = now_ns - Duration(pts);
    ++n_reanchors_;
    return now_ns;
  }

  [[nodiscard]] std::int64_t n_reanchors() const { return n_reanchors_; }

 private:
  [[nodiscard]] std::int64_t Duration(std::int64_t n_samples) const {
    return DurationNs(n_samples, rate_hz_);
  }

  std::int64_t rate_hz_;
  std::int64_t frame_ns_;
  std::int64_t anchor_ns_ = 0;
  bool anchored_ = false;
  std::int64_t n_reanchors_ = 0;
};

}  // namespace tidemark::live
