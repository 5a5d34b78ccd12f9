// PacketFeed: where the module's decoder gets its packets from: libavformat taking a ByteStream
// apart, or our own MP4 reader. Owned by FfmpegModuleSource; one thread at a time.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clip_times.h"
#include "base/result.h"
#include "io/ffmpeg_module.h"

namespace tidemark::io {

struct FeedInfo {
  std::string format;
  AVRational time_base{1, 1};
  std::optional<std::int64_t> declared_frames;
  bool declares_end = false;  // declared_frames counts from stamp 0, not from the first packet
  // Where what is declared is the length of a file of several streams, which may be longer than the
  // chosen one: when the last of them ends, in seconds of the container's stamps.
  std::optional<double> file_end_s;
  // What to drop of the decoded audio at its start, beyond what FFmpeg drops itself, and how much
  // to keep then, in units of time_base.
  std::int64_t skip_time = 0;
  std::optional<std::int64_t> keep_time;
  // How much earlier decoding must begin after a jump for the output to be the same.
  std::int64_t warm_up_time = 0;
  bool seekable = false;
  bool seeks_by_rewinding = false;  // SourceInfo
  // Set where packets' stamps are to be followed: the second, by those, at which sample 0 is heard.
  std::optional<TickTime> origin_s;
  std::size_t index_bytes = 0;  // held by libavformat, beyond the usual
};

class PacketFeed {
 public:
  PacketFeed() = default;
  PacketFeed(const PacketFeed&) = delete;
  PacketFeed& operator=(const PacketFeed&) = delete;
  virtual ~PacketFeed() = default;

  [[nodiscard]] virtual const FeedInfo& info() const = 0;
  // Of the chosen stream; valid while the feed lives.
  [[nodiscard]] virtual const AVCodecParameters& parameters() const = 0;

  // Fills `packet`; 0, AVERROR_EOF or another AVERROR. After an error the next call may go on.
  virtual int Next(AVPacket& packet) = 0;
  // Moves to the last packet that starts at or before `time`, or the first; returns when that one
  // starts. In units of time_base, skip_time included.
  virtual Result<std::int64_t> SeekTo(std::int64_t time) = 0;
  // True where the input ended before the container said so.
  [[nodiscard]] virtual bool truncated() const = 0;
  // Whether no packet of any stream lasts until `time_s` of the container's stamps, as far as can
  // be found out: reads the end of the input. To be called behind the end; only SeekTo() may
  // follow.
  virtual Result<bool> EndsBefore(double) { return false; }
  // What stopped Next(), if it was the input and not its content.
  [[nodiscard]] virtual const std::optional<Error>& error() const = 0;
};

// Each takes what it needs from the request only where it succeeds.
Result<std::unique_ptr<PacketFeed>> OpenContainerFeed(FfmpegRequest& request);
Result<std::unique_ptr<PacketFeed>> OpenTrackFeed(FfmpegRequest& request);

// Of sound, pictures or text: a container's length need not be that of each.
[[nodiscard]] bool HasSeveralStreams(const AVFormatContext& format);
// How far before the end the search for a file's last packets begins.
inline constexpr double kTailSeconds = 5;
// When a packet ends, in seconds of the container's stamps; 0 where it has none.
[[nodiscard]] double EndSeconds(const AVPacket& packet, const AVFormatContext& format);

}  // namespace tidemark::io
