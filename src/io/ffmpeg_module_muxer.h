// OutputMuxer: libavformat writing one container into a ByteSink, and nothing else: it may open no
// file. Streams are added to format() before WriteHeader(). Owned by FfmpegModuleEncoder; one
// thread.
#pragma once

extern "C" {
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
}

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/byte_sink.h"
#include "io/ffmpeg_module_outputs.h"

namespace tidemark::io {

// Matroska or WebM.
[[nodiscard]] bool IsMatroska(const AVFormatContext& output);

class OutputMuxer {
 public:
  // kUsage where the container cannot go to a sink that cannot be seeked; kUnsupported where this
  // FFmpeg does not write it; kMemory. `sink` must outlive the muxer.
  static Result<std::unique_ptr<OutputMuxer>> Create(const OutputContainer& container,
                                                     ByteSink& sink);
  OutputMuxer(const OutputMuxer&) = delete;
  OutputMuxer& operator=(const OutputMuxer&) = delete;
  ~OutputMuxer();

  [[nodiscard]] AVFormatContext& format() { return *format_; }

  // Fixes the streams. `movie_rate_hz`: what edit lists of MP4 are counted in. kUsage where the
  // container refuses the streams; kIo, here and below.
  Result<void> WriteHeader(int movie_rate_hz);
  // Takes the packet's content; time stamps in the time base of its stream. Packets of several
  // streams are put in order, those ahead of the others wait for at most kMostAhead_us.
  Result<void> Write(AVPacket& packet);
  // The same past the queue, for what has no place in time.
  Result<void> WriteAtOnce(AVPacket& packet);
  // Completes the file; the sink is not committed.
  Result<void> Finish();

  static constexpr std::int64_t kMostAhead_us = 1'000'000;

 private:
  OutputMuxer(const OutputContainer& container, ByteSink& sink)
      : container_(container), sink_(sink) {}
  static int WriteBytes(void* user, std::uint8_t* bytes, int n);
  static std::int64_t SeekBytes(void* user, std::int64_t offset, int whence);
  Result<void> Open();
  Result<void> CorrectW64(std::int64_t samples_end);
  [[nodiscard]] bool is_mp4() const;
  [[nodiscard]] tl::unexpected<Error> Failed(int code) const;

  const OutputContainer& container_;
  ByteSink& sink_;
  AVFormatContext* format_ = nullptr;
  std::int64_t position_ = 0;
  std::optional<Error> error_;  // of the sink
};

}  // namespace tidemark::io
