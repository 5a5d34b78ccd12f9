// What keeps libavformat to the file that it was given. Any thread.
#pragma once

extern "C" {
#include <libavformat/avformat.h>
}

namespace tidemark::io {

// AVFormatContext::io_open of every context here: no file can make another be opened.
inline int RefuseToOpen(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EACCES);
}

}  // namespace tidemark::io
