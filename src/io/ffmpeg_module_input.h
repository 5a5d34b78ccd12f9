// FormatInput: libavformat taking a ByteStream apart. It may open nothing else: no protocol, no
// second file, and only containers and codecs of ffmpeg_module_lists.h. One owner, one thread.
#pragma once

extern "C" {
#include <libavformat/avformat.h>
}

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/ffmpeg_module_lists.h"
#include "io/ffmpeg_module_stream_io.h"

namespace tidemark::io {

class FormatInput {
 public:
  // Reads the header, from where `bytes` stands; it must outlive the input. kBadData,
  // kUnsupported, kMemory, and what reading `bytes` says.
  // `codecs`: the decoders that looking at the streams may use, separated by commas.
  static Result<std::unique_ptr<FormatInput>> Create(ByteStream& bytes, const std::string& path,
                                                     const char* codecs = kDecoderList);
  FormatInput(const FormatInput&) = delete;
  FormatInput& operator=(const FormatInput&) = delete;
  ~FormatInput();

  [[nodiscard]] AVFormatContext& format() { return *format_; }
  // What stopped libavformat, if it was the input and not its content.
  [[nodiscard]] const std::optional<Error>& error() const { return stream_->error(); }

 private:
  explicit FormatInput(ByteStream& bytes) : bytes_(bytes) {}
  Result<void> Open(const std::string& path, const char* codecs);

  ByteStream& bytes_;
  std::unique_ptr<StreamIo> stream_;
  AVFormatContext* format_ = nullptr;
};

}  // namespace tidemark::io
