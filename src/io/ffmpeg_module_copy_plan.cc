#include "io/ffmpeg_module_copy_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "io/ffmpeg_module_packet_time.h"
#include "io/ffmpeg_module_pointers.h"

namespace tidemark::io {
namespace {

struct Found {
  std::int64_t time = 0;
  std::int64_t duration = 0;
};

// Finds the last packet at or before a moment that decoding can begin with.
class KeyFinder {
 public:
  KeyFinder(Demuxer& demuxer, int stream)
      : demuxer_(demuxer), stream_(stream), packet_(av_packet_alloc()) {}

  Result<std::optional<Found>> Find(std::int64_t time);

 private:
  Result<void> Scan(std::int64_t time);

  Demuxer& demuxer_;
  int stream_;
  PacketPointer packet_;
  std::optional<Found> found_;
  std::optional<Found> ahead_;  // a key behind the last moment asked for
  std::int64_t last_time_ = std::numeric_limits<std::int64_t>::min();
};

// Goes on reading up to the first packet behind `time`.
Result<void> KeyFinder::Scan(std::int64_t time) {
  for (;;) {
    if (ahead_ && ahead_->time > time) return {};
    if (ahead_) found_ = ahead_;
    ahead_.reset();
    bool more = false;
    TM_TRY_ASSIGN(more, demuxer_.Next(*packet_));
    if (!more) return {};
    const Found here{TimeOf(*packet_), std::max<std::int64_t>(packet_->duration, 0)};
    const bool is_key = (packet_->flags & AV_PKT_FLAG_KEY) != 0;
    const bool counts = here.time != AV_NOPTS_VALUE && (packet_->flags & AV_PKT_FLAG_DISCARD) == 0;
    av_packet_unref(packet_.get());
    if (!counts) continue;
    if (is_key && here.time <= time) found_ = here;
    if (is_key && here.time > time) ahead_ = here;
    if (here.time > time) return {};
  }
}

Result<std::optional<Found>> KeyFinder::Find(std::int64_t time) {
  if (packet_ == nullptr) return Fail(ErrorCode::kMemory, "no memory for a packet");
  if (demuxer_.seekable()) {
    const AVRational unit = demuxer_.format().streams[stream_]->time_base;
    for (const std::int64_t back_s : kKeySearch_s) {
      if (!demuxer_.SeekTo(stream_, time - av_rescale_q(back_s, {1, 1}, unit))) break;
      found_.reset();
      ahead_.reset();
      TM_TRY(Scan(time));
      if (found_) return found_;
    }
  }
  if (demuxer_.seekable() || time < last_time_) {
    TM_TRY(demuxer_.Rewind());
    found_.reset();
    ahead_.reset();
  }
  last_time_ = time;
  TM_TRY(Scan(time));
  return found_;
}

Result<int> ChooseLeader(const Demuxer& demuxer) {
  const AVFormatContext& format = demuxer.format();
  int audio = -1;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    if (IsVideo(*format.streams[i])) return static_cast<int>(i);
    if (audio < 0 && format.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
      audio = static_cast<int>(i);
    }
  }
  if (audio >= 0) return audio;
  return Fail(ErrorCode::kBadData,
              fmt::format("{}: holds neither audio nor video", demuxer.path()));
}

}  // namespace

Result<CopyPlan> MakeCopyPlan(Demuxer& demuxer, const CopySpec& spec) {
  CopyPlan plan;
  TM_TRY_ASSIGN(plan.leader, ChooseLeader(demuxer));
  demuxer.Want(plan.leader);
  TM_TRY(demuxer.Rewind());
  const AVStream& leader = *demuxer.format().streams[plan.leader];
  plan.time_base = leader.time_base;
  const bool audio_only = leader.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
  const double unit_s = av_q2d(plan.time_base);
  const double origin_s = demuxer.origin_s().Seconds({1, 1});
  KeyFinder finder(demuxer, plan.leader);
  for (const Clip& clip : spec.clips) {
    CopiedClip copied{spec.timebase.Seconds(clip.begin), spec.timebase.Seconds(clip.end), 0, 0};
    std::int64_t begin = std::llround((copied.asked_begin_s + origin_s) / unit_s);
    std::int64_t end = std::llround((copied.asked_end_s + origin_s) / unit_s);
    std::optional<Found> key;
    TM_TRY_ASSIGN(key, finder.Find(begin));
    if (key) begin = key->time;
    if (audio_only) {
      TM_TRY_ASSIGN(key, finder.Find(end));
      if (key && key->time < end) end = std::max(end, key->time + key->duration);
    }
    const bool in_order =
        !plan.ranges.empty() && copied.asked_begin_s >= plan.clips.back().asked_end_s;
    if (in_order && begin <= plan.ranges.back().end) {
      begin = plan.ranges.back().end;
      end = std::max(end, begin);
      plan.total += end - begin;
      plan.ranges.back().end = end;
    } else {
      plan.ranges.push_back({begin, end, plan.total});
      plan.total += end - begin;
    }
    copied.begin_s = static_cast<double>(begin) * unit_s - origin_s;
    copied.end_s = static_cast<double>(end) * unit_s - origin_s;
    plan.clips.push_back(copied);
  }
  TM_TRY(demuxer.Rewind());
  return plan;
}

}  // namespace tidemark::io
