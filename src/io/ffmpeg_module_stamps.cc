#include "io/ffmpeg_module_stamps.h"

extern "C" {
#include <libavutil/avutil.h>
#include <libavutil/mathematics.h>
}

#include <algorithm>
#include <cstdlib>

namespace tidemark::io {
namespace {

constexpr AVRational kMicrosecond{1, 1'000'000};

}  // namespace

bool StampMender::Fits(int stream, std::int64_t time_us) const {
  if (last_us_.empty()) return true;
  const auto last = last_us_.find(stream);
  if (last != last_us_.end() && time_us < last->second - kMostBack_us) return false;
  return std::abs(time_us - newest_us_) <= kMostAhead_us;
}

// The offset that makes the stream go on; a new one where neither of the known ones does.
std::int64_t StampMender::OffsetFor(int stream, std::int64_t time_us, std::int64_t duration_us) {
  const auto last = last_us_.find(stream);
  std::int64_t offset_us = offset_us_;
  if (last != last_us_.end() && std::abs(time_us + offset_before_us_ - last->second) <
                                    std::abs(time_us + offset_us_ - last->second)) {
    offset_us = offset_before_us_;
  }
  if (Fits(stream, time_us + offset_us)) return offset_us;
  offset_before_us_ = offset_us_;
  const std::int64_t next_us = last != last_us_.end() ? last->second + duration_us : newest_us_;
  return offset_us_ = next_us - time_us;
}

void StampMender::Mend(AVPacket& packet, AVRational time_base, bool leads) {
  const std::int64_t time = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
  std::int64_t offset_us = offset_us_;
  if (leads && time != AV_NOPTS_VALUE) {
    const std::int64_t time_us = av_rescale_q(time, time_base, kMicrosecond);
    const std::int64_t duration_us =
        av_rescale_q(std::max<std::int64_t>(packet.duration, 0), time_base, kMicrosecond);
    offset_us = OffsetFor(packet.stream_index, time_us, duration_us);
    newest_us_ = time_us + offset_us;
    last_us_[packet.stream_index] = newest_us_;
  }
  if (offset_us == 0) return;
  const std::int64_t offset = av_rescale_q(offset_us, kMicrosecond, time_base);
  if (packet.pts != AV_NOPTS_VALUE) packet.pts += offset;
  if (packet.dts != AV_NOPTS_VALUE) packet.dts += offset;
}

}  // namespace tidemark::io
