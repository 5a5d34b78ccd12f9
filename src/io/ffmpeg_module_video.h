// FfmpegModuleVideo: the video and subtitles of a file, cut to clips, for an output that somebody
// else opens, gives its audio and closes. Lives in the FFmpeg module; owned by its
// encoder; one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "io/encoder.h"
#include "io/ffmpeg_module_muxer.h"

namespace tidemark::io {

class Subtitles;
class VideoTrack;

class FfmpegModuleVideo final {
 public:
  // For `output`, whose format is set and whose header is not yet written; `layout` is that of
  // spec.input_path. `output` and `cancellation` (may be null) are borrowed.
  static std::unique_ptr<FfmpegModuleVideo> Create(const VideoSpec& spec,
                                                   const AVFormatContext& layout,
                                                   OutputMuxer& output,
                                                   const Cancellation* cancellation);
  ~FfmpegModuleVideo();
  FfmpegModuleVideo(const FfmpegModuleVideo&) = delete;
  FfmpegModuleVideo& operator=(const FfmpegModuleVideo&) = delete;

  // Adds a stream of the input, by its number, to the output; others are stepped over. kNoInput,
  // kBadData, kUnsupported of the input; kUsage for an encoder or option that there is not, or a
  // container that takes no such video; kMemory where spec.memory_bytes is too little, naming what
  // would do.
  Result<void> Add(int stream);

  // Encodes and writes what is seen before output_s seconds of the output. The output's header must
  // have been written. kIo, kMemory, kCancelled, kInternal; here and below.
  Result<void> Advance(double output_s);
  // The rest up to the end of the last clip. The trailer is the caller's.
  Result<void> Finish();

  [[nodiscard]] double done_s() const;  // of the output
  [[nodiscard]] std::uint64_t estimate_bytes() const;
  [[nodiscard]] int n_video_streams() const { return static_cast<int>(tracks_.size()); }
  // What could not be kept as it was, a line each, for people. Grows up to Finish().
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  FfmpegModuleVideo(const VideoSpec& spec, const AVFormatContext& layout, OutputMuxer& output,
                    const Cancellation* cancellation);
  Result<void> AddVideo(int stream);

  const VideoSpec spec_;
  const AVFormatContext& layout_;  // while streams are added
  OutputMuxer& output_;
  const Cancellation* cancellation_;
  std::optional<std::int64_t> ceiling_bytes_;  // of each video
  std::vector<std::unique_ptr<VideoTrack>> tracks_;
  std::unique_ptr<Subtitles> subtitles_;  // null: none
  std::vector<std::string> notes_;
};

}  // namespace tidemark::io
