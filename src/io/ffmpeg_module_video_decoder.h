// VideoDecoder: the frames of one video stream of a file in the order of their display, from a
// moment on. Owned by a video track; one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "io/ffmpeg_module_demuxer.h"
#include "io/ffmpeg_module_pointers.h"

namespace tidemark::io {

struct VideoDecoderTuning {
  int threads = 1;
  bool slices = false;  // threads share a frame instead of each holding one
};

class VideoDecoder {
 public:
  // `stream` of the file's streams. kNoInput, kBadData, kUnsupported, kMemory, naming the file.
  static Result<std::unique_ptr<VideoDecoder>> Create(const std::string& path, int stream,
                                                      const VideoDecoderTuning& tuning,
                                                      const Cancellation* cancellation);

  [[nodiscard]] const AVStream& stream() const { return *input_->format().streams[stream_]; }
  [[nodiscard]] Demuxer& input() const { return *input_; }

  // The next frame, its pts in the stream's time base; null at the end. It is the decoder's and
  // lives until the next call. kIo, kCancelled; damage is stepped over and counted.
  Result<const AVFrame*> Next();

  // The next frames begin with one at or before `time`, if the stream has one; some may come that
  // are earlier. Looks through the index, then ever further back, at last from the beginning: false
  // where only that was left.
  Result<bool> SeekTo(std::int64_t time);

  // How many frames the decoder must keep to decode others; known after the first frame.
  [[nodiscard]] int n_references() const { return codec_->refs + codec_->has_b_frames; }
  [[nodiscard]] std::int64_t n_damaged() const { return n_damaged_; }

 private:
  VideoDecoder() = default;
  Result<void> OpenCodec();
  Result<const AVFrame*> Decode();
  Result<bool> SendPacket();
  void StampFrame();

  std::unique_ptr<Demuxer> input_;
  int stream_ = 0;
  VideoDecoderTuning tuning_;
  CodecPointer codec_;
  PacketPointer packet_;
  FramePointer frame_;
  bool frame_waits_ = false;  // frame_ is to be returned by the next call
  bool wants_key_ = false;    // packets are dropped up to the next key frame
  bool draining_ = false;
  std::int64_t last_time_ = AV_NOPTS_VALUE;
  std::int64_t n_damaged_ = 0;
};

}  // namespace tidemark::io
