// StampMender: one timeline through a file whose stamps begin anew in the middle, as in transport
// streams that were joined. What a jump in one stream tells is applied to all of them, so that they
// stay together. Owned by a Demuxer; one thread at a time.
#pragma once

extern "C" {
#include <libavcodec/packet.h>
#include <libavutil/rational.h>
}

#include <cstdint>
#include <map>

namespace tidemark::io {

class StampMender {
 public:
  // A stream's stamps go back by no more, and on by no more than this from what was read last.
  static constexpr std::int64_t kMostBack_us = 100'000;
  static constexpr std::int64_t kMostAhead_us = 10'000'000;

  // Moves the packet's stamps. `leads`: audio and video, which tell of jumps; others follow.
  void Mend(AVPacket& packet, AVRational time_base, bool leads);

 private:
  [[nodiscard]] bool Fits(int stream, std::int64_t time_us) const;
  std::int64_t OffsetFor(int stream, std::int64_t time_us, std::int64_t duration_us);

  std::int64_t offset_us_ = 0;
  std::int64_t offset_before_us_ = 0;    // packets from before a jump may come behind it
  std::map<int, std::int64_t> last_us_;  // of each stream, mended
  std::int64_t newest_us_ = 0;           // of all
};

}  // namespace tidemark::io
