// What the module lets FFmpeg touch: the allow-lists of containers and decoders, and the names
// that reports call them. Constants and pure functions.
#pragma once

#include <string>
#include <vector>

#include "io/open_source.h"

namespace tidemark::io {

// Comma-separated, as FFmpeg's format_whitelist and codec_whitelist want them. Playlists, image
// sequences, network descriptions and everything else that refers to other files is not listed.
extern const char* const kContainerList;
extern const char* const kDecoderList;
extern const char* const kVideoDecoderList;
extern const char* const kSubtitleDecoderList;  // of text

// "mov,mp4,m4a,3gp,3g2,mj2" -> "MP4"; names that are not listed come back as they are.
[[nodiscard]] std::string ContainerName(const std::string& demuxer);

// Whether a comma-separated list holds the name.
[[nodiscard]] bool ListHolds(const char* list, const std::string& name);
[[nodiscard]] inline bool DecoderAllowed(const std::string& name) {
  return ListHolds(kDecoderList, name);
}

// Rows of `tidemark formats` for the containers that this FFmpeg has.
[[nodiscard]] std::vector<FormatRow> ListModuleFormats();

}  // namespace tidemark::io
