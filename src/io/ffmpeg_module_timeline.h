// AudioTimeline: puts decoded audio where its container's stamps say it is heard, so that a
// sample's number is its time. Owned by FfmpegModuleSource; one thread at a time.
#pragma once

extern "C" {
#include <libavutil/rational.h>
}

#include <cstdint>
#include <memory>

#include "base/clip_times.h"
#include "io/ffmpeg_module_feed.h"

namespace tidemark::io {

class AudioTimeline {
 public:
  // Stamps further off than this move what follows; smaller ones are roundings and clocks that
  // wander.
  static constexpr double kTolerance_s = 0.020;
  // A gap longer than this is a broken stamp, which is not followed.
  static constexpr double kMaxGap_s = 24.0 * 3600;

  explicit AudioTimeline(TickTime origin_s) : origin_s_(origin_s) {}

  struct Place {
    std::int64_t silence = 0;  // samples to put before these
    std::int64_t skip = 0;     // samples of these that come too late
  };
  // For the next n_samples decoded, which `time` (in `time_base`; AV_NOPTS_VALUE: unknown) is the
  // stamp of.
  Place Put(std::int64_t time, AVRational time_base, int sample_rate_hz, int n_samples);
  // Back to the start.
  void Restart();

  [[nodiscard]] int n_broken_stamps() const { return n_broken_; }

 private:
  TickTime origin_s_;
  std::int64_t position_ = 0;  // samples since the origin
  bool started_ = false;
  int n_broken_ = 0;
};

// The feed whose packets are stamped on the container's timeline: FeedInfo::origin_s is set. Opens
// request.path itself and leaves request.bytes alone. Errors as OpenContainerFeed().
Result<std::unique_ptr<PacketFeed>> OpenTimelineFeed(const FfmpegRequest& request);

}  // namespace tidemark::io
