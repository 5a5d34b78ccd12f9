// Subtitles: the subtitle streams of a file, cut to clips, in the codec that the output takes.
// Owned by FfmpegModuleVideo or FfmpegModuleCopy; one thread at a time. Reads the file by itself,
// as subtitles of a part that video jumps over may still be seen behind it.
//
// A line that a cut falls into is shortened. One that several clips show is written once where
// these follow each other in the source, as it never leaves the screen then, else in each. What has
// no length of its own (Blu-ray pictures: each says what is seen from now on) is kept as the last
// state before a clip, like a frame of video.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clip_times.h"
#include "io/encoder.h"
#include "io/ffmpeg_module_demuxer.h"
#include "io/ffmpeg_module_muxer.h"
#include "io/ffmpeg_module_pointers.h"

namespace tidemark::io {

class Subtitles {
 public:
  // Of spec.input_path, spec.timebase and spec.clips; the references must outlive this. Errors as
  // Demuxer::Open().
  static Result<std::unique_ptr<Subtitles>> Create(const VideoSpec& spec, OutputMuxer& output,
                                                   const Cancellation* cancellation);

  // Adds a stream to the output for this one of the input; a line to `notes` where it holds none.
  void Add(int stream, std::vector<std::string>& notes);

  // Writes what begins before output_s seconds of the output. kIo, kCancelled, kMemory.
  Result<void> Advance(double output_s);
  Result<void> Finish();

  [[nodiscard]] std::size_t index_bytes() const { return demuxer_->index_bytes(); }

 private:
  struct Track {
    int in = 0;
    int out = 0;
    AVCodecID codec = AV_CODEC_ID_NONE;  // of the output
    CodecPointer decoder;                // both set where the text is converted
    CodecPointer encoder;
    bool is_text = false;
    std::int64_t n_written = 0;
    std::int64_t last_output = -1;
    std::int64_t gap_begin = -1;  // MP4: where the last line ends, if that is to be written
  };
  struct Event {
    std::size_t track = 0;
    PacketPointer packet;  // as the output wants its content
    TickTime begin;
    TickTime end;
    bool endless = false;           // seen until the next one of its track
    bool shown = false;             // where endless: at all
    std::int64_t shown_until = -1;  // of the output: what is written of it lasts as long
  };

  Subtitles(const VideoSpec& spec, OutputMuxer& output);
  bool AddTrack(const AVStream& stream);
  bool OpenConversion(Track& track, const AVStream& stream, AVCodecID target);
  Result<void> AdvanceTo(std::int64_t output);
  Result<void> BeginClip();
  Result<void> ReadAhead();
  bool Convert(const Track& track, AVPacket& packet) const;
  Result<void> Show(Event& event);
  [[nodiscard]] std::int64_t OutputEnd(const Event& event) const;
  Result<void> Write(Track& track, AVPacket& packet, std::int64_t from, std::int64_t to);
  Result<void> WriteEmpty(Track& track, std::int64_t from, std::int64_t to);
  Result<void> CloseGaps(std::int64_t output);
  Result<void> EndMp4Tracks(std::int64_t output);
  void Retire(Event event);
  [[nodiscard]] std::optional<std::size_t> TrackOf(int stream) const;

  const VideoSpec& spec_;
  OutputMuxer& output_;
  ClipTimes times_;
  std::unique_ptr<Demuxer> demuxer_;
  std::vector<Track> tracks_;
  std::vector<Event> active_;   // still on the screen, or the last state
  std::optional<Event> ahead_;  // read, not yet dealt with
  bool at_end_ = false;
  std::size_t clip_ = 0;
  bool clip_begun_ = false;
};

}  // namespace tidemark::io
