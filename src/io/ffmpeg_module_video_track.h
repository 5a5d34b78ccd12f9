// VideoTrack: one video stream of the input, cut to clips and encoded into one stream of the
// output. Owned by FfmpegModuleVideo; one thread at a time.
//
// What is on the screen when a clip begins is shown from the clip's first moment, wherever its
// frame began; every other frame of the clip is seen where ClipTimes puts it. One frame is held
// back, so that its duration is known and a later one can take its place where a clip plays faster.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clip_times.h"
#include "io/ffmpeg_module_video_decoder.h"
#include "io/ffmpeg_module_video_encoder.h"
#include "io/ffmpeg_module_video_plan.h"

namespace tidemark::io {

class VideoTrack {
 public:
  // Adds a stream to `output`; both references must outlive this. Null where the stream holds no
  // frame. Errors as VideoDecoder's and VideoEncoder's Create(), and kMemory where even the
  // smallest plan is above `ceiling_bytes`.
  static Result<std::unique_ptr<VideoTrack>> Create(const VideoSpec& spec, int stream,
                                                    std::optional<std::int64_t> ceiling_bytes,
                                                    OutputMuxer& output,
                                                    const Cancellation* cancellation);

  // Encodes what is seen before output_s seconds of the output.
  Result<void> Advance(double output_s);
  // The rest, and the encoder's last packets.
  Result<void> Finish();

  [[nodiscard]] double done_s() const;
  [[nodiscard]] std::uint64_t estimate_bytes() const {
    return plan_.bytes + decoder_->input().index_bytes();
  }
  [[nodiscard]] std::string note() const;

 private:
  struct Held {
    FramePointer frame;
    TickTime time;
    bool valid = false;
  };

  explicit VideoTrack(const VideoSpec& spec) : spec_(spec) {}
  Result<void> OpenEncoder(const AVFrame& first, OutputMuxer& output);
  Result<void> AdvanceTo(std::int64_t output);
  Result<void> BeginClip();
  Result<void> OpenClip();
  Result<void> NextFrame();
  Result<void> Take();
  Result<void> Show(const Held& held, std::int64_t output);
  Result<void> Release(std::int64_t until);
  Result<void> Keep(Held& to, const Held& from);
  [[nodiscard]] TickTime TimeOf(const AVFrame& frame) const;
  [[nodiscard]] const AVFrame& ahead() const { return *ahead_.frame; }

  const VideoSpec& spec_;
  VideoPlan plan_;
  std::unique_ptr<VideoDecoder> decoder_;
  std::unique_ptr<VideoEncoder> encoder_;
  std::optional<ClipTimes> times_;
  std::int64_t frame_units_ = 0;  // the usual duration of a frame in the output
  std::size_t clip_ = 0;
  bool clip_begun_ = false;   // the decoder stands where it must
  bool clip_opened_ = false;  // what is on the screen at its begin has been shown
  bool can_jump_ = false;     // the index leads to key frames
  bool at_end_ = false;       // of the input's frames
  Held ahead_;                // read, not yet dealt with
  Held on_screen_;            // the last one before ahead_
  Held pending_;              // shown from pending_output_ on, not yet with the encoder
  std::int64_t pending_output_ = 0;
};

}  // namespace tidemark::io
