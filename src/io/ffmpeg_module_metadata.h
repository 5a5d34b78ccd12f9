// OutputMetadata: tags, chapters and the cover of an output, given to libavformat in the way that
// each container wants them. Lives while an encoder opens.
#pragma once

extern "C" {
#include <libavformat/avformat.h>
}

#include <cstddef>
#include <string>

#include "base/result.h"
#include "io/encoder.h"
#include "io/ffmpeg_module_muxer.h"
#include "io/ffmpeg_module_outputs.h"

namespace tidemark::io {

// MP4 whose tags are those of iTunes, the cover among them; MOV has others.
[[nodiscard]] bool IsMp4(const OutputContainer& container);

class OutputMetadata {
 public:
  // All must outlive this.
  OutputMetadata(const MediaTags& tags, const OutputContainer& container, AVFormatContext& format)
      : tags_(tags), container_(container), format_(format) {}

  // Before the header is written, behind all other streams. What the container cannot hold is
  // left out and added to `*warning`. kMemory, naming the file as `name`.
  Result<void> AddToHeader(const std::string& name, std::string* warning);
  // Behind the header. kIo, kMemory.
  Result<void> WriteCover(OutputMuxer& muxer);

  // A bound on what libavformat holds of it.
  [[nodiscard]] std::size_t held_bytes() const;

 private:
  bool AddTags(std::string* warning);
  bool AddChapters(std::string* warning);
  bool AddCover(std::string* warning);
  bool AddPictureStream(std::string* warning);
  bool AddPictureComment();
  bool AddAttachment();

  const MediaTags& tags_;
  const OutputContainer& container_;
  AVFormatContext& format_;
  AVStream* picture_ = nullptr;
};

}  // namespace tidemark::io
