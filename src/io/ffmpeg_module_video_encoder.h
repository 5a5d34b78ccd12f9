// VideoEncoder: frames into packets of one new video stream of an output. Owned by a video track;
// one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/encoder.h"
#include "io/ffmpeg_module_muxer.h"
#include "io/ffmpeg_module_pointers.h"

extern "C" {
#include <libavformat/avformat.h>
}

namespace tidemark::io {

struct VideoEncoderTuning {
  int threads = 1;
  bool slices = false;  // threads share a frame instead of each holding some
  // Empty: what encoder and preset say.
  std::optional<int> lookahead;
  std::optional<int> references;
  std::optional<int> b_frames;
};

struct VideoEncoderSettings {
  const AVCodec* codec = nullptr;
  AVRational time_base{1, 1};
  AVRational frame_rate{0, 1};  // the usual one; 0: unknown
  AVRational sample_aspect{0, 1};
  VideoEncoderTuning tuning;
};

// The encoder that a VideoSpec names, or the container's own where it names none and the container
// takes no H.264. kUsage: there is none of that name, or the container does not take its video.
Result<const AVCodec*> FindVideoEncoder(const VideoSpec& spec, const AVOutputFormat& container);

class VideoEncoder {
 public:
  // Adds a stream to `output`, which must outlive this, for frames like `first`. kUsage for options
  // that the encoder refuses, kMemory.
  static Result<std::unique_ptr<VideoEncoder>> Create(const VideoSpec& spec,
                                                      const VideoEncoderSettings& settings,
                                                      const AVFrame& first, OutputMuxer& output);

  // True where frames may not lie between multiples of the frame's duration, for the encoder's or
  // the container's sake.
  [[nodiscard]] static bool NeedsGrid(const AVCodec& codec, const AVOutputFormat& container);

  [[nodiscard]] AVStream& stream() const { return *output_.format().streams[stream_]; }
  [[nodiscard]] const AVCodecContext& codec() const { return *codec_; }

  // A frame seen from `pts` on for `duration`, both in settings.time_base; pts grow. The output's
  // header must have been written. kIo where writing fails, kMemory, kInternal.
  Result<void> Push(const AVFrame& frame, std::int64_t pts, std::int64_t duration);
  // The encoder's last packets.
  Result<void> Drain();

  // What was changed of the pictures, for people; empty where nothing was.
  [[nodiscard]] const std::string& note() const { return note_; }

 private:
  struct Span {
    std::int64_t pts;
    std::int64_t duration;
  };

  explicit VideoEncoder(OutputMuxer& output) : output_(output) {}
  Result<void> Open(const VideoSpec& spec, const VideoEncoderSettings& settings,
                    const AVFrame& first);
  void SetPicture(const VideoEncoderSettings& settings, const AVFrame& first);
  Result<void> SetOptions(const VideoSpec& spec, const VideoEncoderTuning& tuning);
  Result<void> AddStream(const VideoEncoderSettings& settings);
  Result<void> Convert(const AVFrame& frame);
  Result<void> Send(const AVFrame* frame);
  std::int64_t TakeDuration(std::int64_t pts);

  OutputMuxer& output_;
  int stream_ = 0;
  CodecPointer codec_;
  PacketPointer packet_;
  FramePointer frame_;
  ScalerPointer scaler_;
  std::vector<Span> spans_;  // of frames in the encoder
  std::string note_;
};

}  // namespace tidemark::io
