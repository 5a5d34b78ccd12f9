// Where packets lie in time. Pure functions and constants.
#pragma once

extern "C" {
#include <libavcodec/packet.h>
#include <libavutil/avutil.h>
}

#include <array>
#include <cstdint>

namespace tidemark::io {

// How far before a moment the search for a key frame begins, where the index points too late.
inline constexpr std::array<std::int64_t, 4> kKeySearch_s = {0, 5, 20, 80};

// In the time base of the packet's stream: when it is shown, else when it is decoded, else
// AV_NOPTS_VALUE.
inline std::int64_t TimeOf(const AVPacket& packet) {
  return packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
}

}  // namespace tidemark::io
