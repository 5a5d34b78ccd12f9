// MediaLayout: the streams of a media file, as its container tells of them. A value; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clip.h"

namespace tidemark::io {

enum class StreamKind : std::uint8_t { kAudio, kVideo, kSubtitle, kOther };

struct MediaStream {
  StreamKind kind = StreamKind::kOther;
  int index = 0;         // in the file
  int of_kind = 0;       // counted among the streams of its kind: OpenOptions::stream for audio
  std::string codec;     // FFmpeg's name: "aac", "h264", "subrip"; "none" where it is not known
  std::string language;  // ISO 639-2; empty: unknown
  double start_s = 0;
  std::optional<double> duration_s;
  std::int64_t bit_rate_bps = 0;  // 0: unknown
  bool is_default = false;

  // Audio.
  int sample_rate_hz = 0;
  int channels = 0;
  int bits = 0;  // of a sample, for lossless codecs; 0: unknown

  // Video.
  int width = 0;
  int height = 0;
  std::optional<Timebase> average_frame_rate;
  std::optional<Timebase> frame_rate;  // the lowest in which all time stamps can be written
  bool variable_rate = false;
  bool is_cover = false;  // one picture that belongs to the whole file
};

struct MediaLayout {
  std::string container;  // FFmpeg's name: "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "ogg"
  std::optional<double> duration_s;
  std::vector<MediaStream> streams;  // in the order of the file
  // What libavformat holds to find the packets, each time it opens the file; grows with the length
  // of some: fragmented MP4.
  std::size_t index_bytes = 0;
};

}  // namespace tidemark::io
