// FfmpegModuleSource: decodes the packets of a PacketFeed with libavcodec, one thread, into
// planar float of the format that the first decoded frame has. Lives in the FFmpeg module; made
// through FfmpegModule::open. One owner; one thread at a time.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
#include <libswresample/swresample.h>
}

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/ffmpeg_module_feed.h"
#include "io/ffmpeg_module_timeline.h"
#include "io/source.h"

namespace tidemark::io {

class FfmpegModuleSource final : public Source {
 public:
  // Decodes up to the first frame, which settles the format. Errors as OpenSource().
  static Result<std::unique_ptr<Source>> Create(const std::string& path,
                                                std::unique_ptr<PacketFeed> feed);
  ~FfmpegModuleSource() override;

  [[nodiscard]] const SourceInfo& info() const override { return info_; }
  Result<std::size_t> Read(AudioBlock out) override;
  Result<void> Seek(std::int64_t frame) override;
  [[nodiscard]] bool truncated() const override { return truncated_; }
  [[nodiscard]] std::string warning() const override;

 private:
  FfmpegModuleSource(const std::string& path, std::unique_ptr<PacketFeed> feed);
  Result<void> OpenDecoder();
  Result<bool> NextFrame();
  Result<void> Describe();
  bool PrepareConversion();
  void TrimFrame();
  void PlaceFrame();
  std::size_t PutSilence(AudioBlock out, std::size_t first);
  std::size_t CopyFrame(AudioBlock out, std::size_t first);
  Result<void> JudgeEnd();
  [[nodiscard]] double FrameEnd() const;
  [[nodiscard]] std::int64_t FramesOfTime(std::int64_t time) const;

  std::unique_ptr<PacketFeed> feed_;
  SourceInfo info_;
  AVCodecContext* codec_ = nullptr;
  AVPacket* packet_ = nullptr;
  AVFrame* frame_ = nullptr;
  SwrContext* convert_ = nullptr;
  AVSampleFormat convert_format_ = AV_SAMPLE_FMT_NONE;
  AVChannelLayout first_layout_{};
  AVChannelLayout convert_layout_{};
  std::vector<std::uint8_t*> out_planes_;
  int frame_at_ = 0;   // next sample of frame_ to hand out
  int frame_end_ = 0;  // its end
  std::optional<AudioTimeline> timeline_;
  std::int64_t silence_left_ = 0;  // samples of silence before frame_
  std::int64_t pass_left_ = 0;     // samples to pass over after a jump, silence included
  std::int64_t skip_left_ = 0;     // decoded frames to drop before the next one handed out
  std::optional<std::int64_t> keep_frames_;
  std::int64_t position_ = 0;  // frames handed out since the start of the file
  double heard_end_s_ = 0;     // of what was decoded, by the container's stamps
  int n_damaged_ = 0;
  bool draining_ = false;
  bool ended_ = false;
  bool format_changed_ = false;
  bool truncated_ = false;
};

}  // namespace tidemark::io
