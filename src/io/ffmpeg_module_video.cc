#include "io/ffmpeg_module_video.h"

extern "C" {
#include <libavutil/mem.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "io/ffmpeg_module_demuxer.h"
#include "io/ffmpeg_module_subtitles.h"
#include "io/ffmpeg_module_video_track.h"

namespace tidemark::io {
namespace {

// The largest plane of the largest picture that is decoded.
constexpr std::size_t kMaxAllocationBytes = std::size_t{512} * 1024 * 1024;

// More than encoders look ahead: audio waits for them.
constexpr std::int64_t kMostAhead_us = 10'000'000;

}  // namespace

FfmpegModuleVideo::FfmpegModuleVideo(const VideoSpec& spec, const AVFormatContext& layout,
                                     OutputMuxer& output, const Cancellation* cancellation)
    : spec_(spec), layout_(layout), output_(output), cancellation_(cancellation) {
  std::size_t n_videos = 0;
  for (unsigned i = 0; i < layout.nb_streams; ++i) n_videos += IsVideo(*layout.streams[i]) ? 1 : 0;
  ceiling_bytes_ = spec_.memory_bytes;
  if (ceiling_bytes_ && n_videos > 0) *ceiling_bytes_ /= static_cast<std::int64_t>(n_videos);
}

FfmpegModuleVideo::~FfmpegModuleVideo() = default;

std::unique_ptr<FfmpegModuleVideo> FfmpegModuleVideo::Create(const VideoSpec& spec,
                                                             const AVFormatContext& layout,
                                                             OutputMuxer& output,
                                                             const Cancellation* cancellation) {
  av_max_alloc(kMaxAllocationBytes);
  output.format().max_interleave_delta = kMostAhead_us;
  return std::unique_ptr<FfmpegModuleVideo>(
      new FfmpegModuleVideo(spec, layout, output, cancellation));
}

Result<void> FfmpegModuleVideo::Add(int stream) {
  const AVStream& from = *layout_.streams[stream];
  if (IsVideo(from)) return AddVideo(stream);
  if (from.codecpar->codec_type != AVMEDIA_TYPE_SUBTITLE) return {};
  if (subtitles_ == nullptr) {
    TM_TRY_ASSIGN(subtitles_, Subtitles::Create(spec_, output_, cancellation_));
  }
  subtitles_->Add(stream, notes_);
  return {};
}

Result<void> FfmpegModuleVideo::AddVideo(int stream) {
  std::unique_ptr<VideoTrack> track;
  TM_TRY_ASSIGN(track, VideoTrack::Create(spec_, stream, ceiling_bytes_, output_, cancellation_));
  if (track != nullptr) {
    tracks_.push_back(std::move(track));
  } else {
    notes_.push_back(fmt::format("video stream {} holds no frame and was left out", stream));
  }
  return {};
}

Result<void> FfmpegModuleVideo::Advance(double output_s) {
  for (const auto& track : tracks_) TM_TRY(track->Advance(output_s));
  return subtitles_ != nullptr ? subtitles_->Advance(output_s) : Result<void>{};
}

Result<void> FfmpegModuleVideo::Finish() {
  if (subtitles_ != nullptr) TM_TRY(subtitles_->Finish());
  for (const auto& track : tracks_) TM_TRY(track->Finish());
  return {};
}

double FfmpegModuleVideo::done_s() const {
  double done = 0;
  for (const auto& track : tracks_) {
    done = done == 0 ? track->done_s() : std::min(done, track->done_s());
  }
  return done;
}

std::uint64_t FfmpegModuleVideo::estimate_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& track : tracks_) bytes += track->estimate_bytes();
  if (subtitles_ != nullptr) bytes += subtitles_->index_bytes();
  return bytes;
}

std::vector<std::string> FfmpegModuleVideo::notes() const {
  std::vector<std::string> notes = notes_;
  for (const auto& track : tracks_) {
    if (std::string note = track->note(); !note.empty()) notes.push_back(std::move(note));
  }
  return notes;
}

}  // namespace tidemark::io
