#include "io/ffmpeg_module_copy.h"

extern "C" {
#include <libavutil/mem.h>
}

#include <algorithm>
#include <limits>
#include <utility>

#include "io/ffmpeg_module_packet_time.h"

namespace tidemark::io {
namespace {

constexpr int kPacketsPerStep = 256;
// Where the next range begins further on than this, the file is seeked.
constexpr std::int64_t kJump_s = 8;
// What belongs to a moment lies in the file at most so far from the leader's packet of that moment.
constexpr std::int64_t kInterleaving_s = 2;
constexpr AVRational kSecond{1, 1};
constexpr std::size_t kMaxAllocationBytes = std::size_t{512} * 1024 * 1024;

// What says how much to drop of the source's own start and end.
void DropSkips(AVPacket& packet) {
  for (int i = 0; i < packet.side_data_elems;) {
    AVPacketSideData& data = packet.side_data[i];
    if (data.type != AV_PKT_DATA_SKIP_SAMPLES) {
      ++i;
      continue;
    }
    av_freep(static_cast<void*>(&data.data));
    data = packet.side_data[--packet.side_data_elems];
  }
}

}  // namespace

Result<std::unique_ptr<CopyCut>> FfmpegModuleCopy::Create(const CopySpec& spec,
                                                          std::unique_ptr<ByteSink> sink) {
  av_max_alloc(kMaxAllocationBytes);
  std::unique_ptr<FfmpegModuleCopy> copy(new FfmpegModuleCopy(spec, std::move(sink)));
  TM_TRY(copy->Open());
  return copy;
}

Result<void> FfmpegModuleCopy::Open() {
  packet_.reset(av_packet_alloc());
  if (packet_ == nullptr) return Fail(ErrorCode::kMemory, "no memory for a packet");
  TM_TRY_ASSIGN(demuxer_,
                Demuxer::Open(spec_.input_path, spec_.cancellation, Demuxer::Use::kVideo));
  TM_TRY_ASSIGN(plan_, MakeCopyPlan(*demuxer_, spec_));
  TM_TRY(OpenOutput());
  TM_TRY(AddStreams());
  AddChapters();
  TM_TRY(WriteHeader());
  return EnterRun();
}

std::int64_t FfmpegModuleCopy::In(const Track& track, std::int64_t leader_time) const {
  return av_rescale_q(leader_time, plan_.time_base,
                      demuxer_->format().streams[track.in]->time_base);
}

FfmpegModuleCopy::Track* FfmpegModuleCopy::TrackOf(int stream) {
  const auto at = std::find_if(tracks_.begin(), tracks_.end(),
                               [stream](const Track& track) { return track.in == stream; });
  return at == tracks_.end() || at->is_cover ? nullptr : &*at;
}

// Goes to the next ranges that follow each other in the source at no great distance.
Result<void> FfmpegModuleCopy::EnterRun() {
  const std::int64_t jump = av_rescale_q(kJump_s, kSecond, plan_.time_base);
  run_begin_ = run_end_;
  if (run_begin_ == plan_.ranges.size()) return {};
  const auto follows = [&](std::size_t i) {
    const std::int64_t gap = plan_.ranges[i].begin - plan_.ranges[i - 1].end;
    return gap >= 0 && (!demuxer_->seekable() || gap < jump);
  };
  do {
    ++run_end_;
  } while (run_end_ < plan_.ranges.size() && follows(run_end_));
  for (Track& track : tracks_) {
    track.range = run_begin_;
    track.entered = false;
  }
  leader_time_ = std::numeric_limits<std::int64_t>::min();
  const std::int64_t begin = plan_.ranges[run_begin_].begin;
  if (begin > jump) {
    const std::int64_t back = av_rescale_q(kInterleaving_s, kSecond, plan_.time_base);
    if (demuxer_->SeekTo(plan_.leader, begin - back)) return {};
  }
  return demuxer_->Rewind();
}

bool FfmpegModuleCopy::RunIsOver() const {
  const std::int64_t back = av_rescale_q(kInterleaving_s, kSecond, plan_.time_base);
  if (leader_time_ > plan_.ranges[run_end_ - 1].end + back) return true;
  return std::all_of(tracks_.begin(), tracks_.end(), [this](const Track& track) {
    return track.range >= run_end_ || track.is_cover;
  });
}

Result<bool> FfmpegModuleCopy::Step() {
  for (int i = 0; i < kPacketsPerStep; ++i) {
    if (run_begin_ == plan_.ranges.size()) return false;
    bool more = false;
    TM_TRY_ASSIGN(more, demuxer_->Next(*packet_));
    if (!more || RunIsOver()) {
      av_packet_unref(packet_.get());
      TM_TRY(EnterRun());
      continue;
    }
    if (Track* const track = TrackOf(packet_->stream_index); track != nullptr) {
      if (packet_->stream_index == plan_.leader) {
        leader_time_ = std::max(leader_time_, TimeOf(*packet_));
      }
      TM_TRY(Copy(*packet_, *track));
    }
    av_packet_unref(packet_.get());
  }
  if (subtitles_ != nullptr) TM_TRY(subtitles_->Advance(done_s()));
  return true;
}

Result<void> FfmpegModuleCopy::Copy(AVPacket& packet, Track& track) {
  const std::int64_t time = TimeOf(packet);
  if (time == AV_NOPTS_VALUE) return {};
  // Audio goes to the side on which more of it lies.
  const std::int64_t middle =
      time +
      (track.type == AVMEDIA_TYPE_AUDIO ? std::max<std::int64_t>(packet.duration, 0) / 2 : 0);
  while (track.range < run_end_ && middle >= In(track, plan_.ranges[track.range].end)) {
    ++track.range;
    track.entered = false;
  }
  if (track.range >= run_end_) return {};
  const CopyRange& range = plan_.ranges[track.range];
  if (middle < In(track, range.begin)) return {};
  if (track.type == AVMEDIA_TYPE_VIDEO) {
    if (!track.entered && (packet.flags & AV_PKT_FLAG_KEY) == 0) return {};
    if (!std::exchange(track.entered, true)) track.entry_time = time;
    // Shown before the key frame, so decoded from what was cut.
    if (time < track.entry_time) return {};
  }
  return Write(packet, track, range);
}

Result<void> FfmpegModuleCopy::Write(AVPacket& packet, Track& track, const CopyRange& range) {
  const std::int64_t shift = In(track, range.output_begin) - In(track, range.begin) + track.delay;
  if (packet.pts == AV_NOPTS_VALUE) packet.pts = packet.dts;
  if (packet.dts == AV_NOPTS_VALUE) packet.dts = packet.pts;
  packet.pts += shift;
  packet.dts += shift;
  if (track.last_dts != AV_NOPTS_VALUE && packet.dts <= track.last_dts) {
    packet.dts = track.last_dts + 1;
  }
  packet.pts = std::max(packet.pts, packet.dts);
  track.last_dts = packet.dts;
  DropSkips(packet);
  packet.stream_index = track.out;
  packet.pos = -1;
  if (track.in == plan_.leader) done_ = std::max(done_, packet.pts);
  av_packet_rescale_ts(&packet, demuxer_->format().streams[track.in]->time_base,
                       muxer_->format().streams[track.out]->time_base);
  return muxer_->Write(packet);
}

Result<void> FfmpegModuleCopy::Finish() {
  if (subtitles_ != nullptr) TM_TRY(subtitles_->Finish());
  TM_TRY(muxer_->Finish());
  return sink_->Commit();
}

double FfmpegModuleCopy::done_s() const {
  return static_cast<double>(done_) * av_q2d(plan_.time_base);
}

double FfmpegModuleCopy::total_s() const {
  return static_cast<double>(plan_.total) * av_q2d(plan_.time_base);
}

std::vector<std::string> FfmpegModuleCopy::notes() const {
  std::vector<std::string> notes = notes_;
  if (demuxer_->truncated()) notes.push_back(spec_.input_path + ": ends before its container says");
  return notes;
}

}  // namespace tidemark::io
