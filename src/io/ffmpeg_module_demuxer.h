// Demuxer: a media file taken apart by libavformat for work on its packets and video. It
// may open nothing else: one file, and only the containers on the module's list. Also what every
// pass over a file must agree on: where its time begins. One owner; one thread at a time.
#pragma once

extern "C" {
#include <libavformat/avformat.h>
}

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/cancellation.h"
#include "base/clip_times.h"
#include "base/result.h"
#include "io/ffmpeg_module_mp4_packets.h"
#include "io/ffmpeg_module_stamps.h"
#include "io/ffmpeg_module_stream_io.h"

namespace tidemark::io {

// Before the header is read: how far libavformat looks for streams and their times.
void SetTimelineProbe(AVFormatContext& format);

// The moment, in seconds of the container's own stamps, that is 0 of the timeline on which clips
// count: where the earliest of its audio and video begins. Where frames come at a constant rate it
// lies a whole number of frames before the first one: up to one frame earlier, but with the first
// one where audio leads by less than a frame, which often is no more than what a decoder drops.
// What stands before 0 there is for a decoder's sake only (priming, an edit list) and does not
// count. Reads the first packets: the format must be opened anew then. REQUIRES:
// avformat_find_stream_info() was called on it.
[[nodiscard]] TickTime MeasureOrigin(AVFormatContext& format);

// True where the stream's frames follow each other at one rate, as far as the container tells.
[[nodiscard]] bool HasConstantRate(const AVStream& stream);

// What libavformat holds to find packets.
[[nodiscard]] std::size_t IndexBytes(const AVFormatContext& format);

// Video that is not a cover.
[[nodiscard]] bool IsVideo(const AVStream& stream);

[[nodiscard]] inline Timebase ToTimebase(AVRational time_base) {
  return {time_base.den, time_base.num};  // ticks a second
}

class Demuxer {
 public:
  // What the look at the first packets is for. Some containers leave the stamps of video to those
  // who decode it; audio alone does without video's decoders and their memory.
  enum class Use : unsigned char { kAudio, kVideo };

  // kNoInput, kBadData, kUnsupported, naming the file. `cancellation` may be null; it is borrowed.
  static Result<std::unique_ptr<Demuxer>> Open(const std::string& path,
                                               const Cancellation* cancellation, Use use);
  ~Demuxer();
  Demuxer(const Demuxer&) = delete;
  Demuxer& operator=(const Demuxer&) = delete;

  [[nodiscard]] AVFormatContext& format() const { return *format_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] TickTime origin_s() const { return origin_s_; }

  // Reads packets of this stream only; call once for each stream that is wanted.
  void Want(int stream);

  // The next packet of a wanted stream; false at the end. A damaged rest of the file is its end and
  // marks it truncated. kIo where reading fails, kCancelled.
  Result<bool> Next(AVPacket& packet);

  // Whether SeekTo() may work at all.
  [[nodiscard]] bool seekable() const;
  // The next packets come from a key frame of `stream` at or before `time` (its time base), as far
  // as the container's index knows. False where the file cannot be seeked there.
  bool SeekTo(int stream, std::int64_t time);
  // Goes on at the first packet. kIo, and what Open() says.
  Result<void> Rewind();

  [[nodiscard]] bool truncated() const { return truncated_; }
  // What libavformat holds to find packets. It grows with the length of an MP4 that Mp4Packets does
  // not take.
  [[nodiscard]] std::size_t index_bytes() const { return IndexBytes(*format_); }

 private:
  Demuxer(std::string path, const Cancellation* cancellation, Use use)
      : path_(std::move(path)), cancellation_(cancellation), use_(use) {}
  Result<void> OpenFormat();
  Result<void> OpenIo(const AVIOInterruptCB& interrupt);
  Result<void> Measure();
  Result<bool> TakeTables();
  Result<bool> NextOfTables(AVPacket& packet);
  void Close();
  static int Interrupted(void* user);

  std::string path_;
  const Cancellation* cancellation_;
  Use use_;
  std::unique_ptr<Mp4File> mp4_;  // a long MP4 of which libavformat sees the beginning only
  std::unique_ptr<Mp4Packets> mp4_packets_;
  std::unique_ptr<StreamIo> mp4_io_;
  AVIOContext* io_ = nullptr;  // where libavformat opens the file
  AVFormatContext* format_ = nullptr;
  TickTime origin_s_;
  StampMender mender_;
  std::uint64_t wanted_ = 0;  // a bit for each stream
  bool truncated_ = false;
};

}  // namespace tidemark::io
