#include "io/ffmpeg_module_video.h"

extern "C" {
#include <libavutil/mem.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "io/ffmpeg_module_demuxer.h"
#include "io/ffmpeg_module_streams.h"
#include "io/ffmpeg_module_subtitles.h"
#include "io/ffmpeg_module_video_track.h"

namespace tidemark::io {
namespace {

// The largest plane of the largest picture that is decoded.
constexpr std::size_t kMaxAllocationBytes = std::size_t{512} * 1024 * 1024;

// More than encoders look ahead: audio waits for them.
constexpr std::int64_t kMostAhead_us = 10'000'000;

}  // namespace

FfmpegModuleVideo::FfmpegModuleVideo(const VideoSpec& spec, OutputMuxer& output)
    : spec_(spec), output_(output) {}

FfmpegModuleVideo::~FfmpegModuleVideo() = default;

Result<std::unique_ptr<FfmpegModuleVideo>> FfmpegModuleVideo::Create(
    const VideoSpec& spec, OutputMuxer& output, const Cancellation* cancellation) {
  av_max_alloc(kMaxAllocationBytes);
  output.format().max_interleave_delta = kMostAhead_us;
  std::unique_ptr<FfmpegModuleVideo> video(new FfmpegModuleVideo(spec, output));
  TM_TRY(video->AddTracks(cancellation));
  return video;
}

Result<void> FfmpegModuleVideo::AddTracks(const Cancellation* cancellation) {
  std::unique_ptr<Demuxer> input;
  TM_TRY_ASSIGN(input, Demuxer::Open(spec_.input_path, cancellation, Demuxer::Use::kAudio));
  std::vector<int> streams;
  for (unsigned i = 0; i < input->format().nb_streams; ++i) {
    if (IsVideo(*input->format().streams[i])) streams.push_back(static_cast<int>(i));
  }
  input.reset();  // one index of a long MP4 at a time
  std::optional<std::uint64_t> ceiling = spec_.memory_bytes;
  if (ceiling && !streams.empty()) *ceiling /= streams.size();
  for (const int stream : streams) {
    std::unique_ptr<VideoTrack> track;
    TM_TRY_ASSIGN(track, VideoTrack::Create(spec_, stream, ceiling, output_, cancellation));
    if (track != nullptr) {
      tracks_.push_back(std::move(track));
    } else {
      notes_.push_back(fmt::format("video stream {} holds no frame and was left out", stream));
    }
  }
  TM_TRY_ASSIGN(subtitles_, Subtitles::Create(spec_, output_, cancellation, notes_));
  TM_TRY_ASSIGN(input, Demuxer::Open(spec_.input_path, cancellation, Demuxer::Use::kAudio));
  CopyAttachments(input->format(), output_.format(), notes_);
  NoteLostRotation(input->format(), *output_.format().oformat, notes_);
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
