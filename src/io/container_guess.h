// What the first bytes of an input are, as far as that decides who reads it. Pure functions.
#pragma once

#include <cstddef>
#include <span>

namespace tidemark::io {

// True where `head`, the first bytes of an input, is UTF-8 or Latin text or UTF-16 with a byte
// order mark: playlists, web pages, scripts, logs. Decoders would either find something in them
// or follow the names of other files that they hold.
[[nodiscard]] bool LooksLikeText(std::span<const std::byte> head);

// True where `head` begins one of the containers that FFmpeg takes apart, so that frames of MPEG
// audio further on belong to it and are not an MP3 file behind junk.
[[nodiscard]] bool LooksLikeContainer(std::span<const std::byte> head);

}  // namespace tidemark::io
