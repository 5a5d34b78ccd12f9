// Mp4Packets: the packets of a plain MP4 as libavformat gives them, found through windows on its
// sample tables instead of an index of all of them. libavformat, which sees but the first samples
// (ShortTables), says what the streams are and how stamps follow from the tables and edits; where
// that cannot be told for certain this refuses. Owned by a Demuxer; one thread at a time.
#pragma once

extern "C" {
#include <libavformat/avformat.h>
}

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/ffmpeg_module_pointers.h"
#include "io/file_stream.h"
#include "io/mp4_samples.h"
#include "io/mp4_short_tables.h"

namespace tidemark::io {

// A file with its tables, where these are long and understood.
class Mp4File {
 public:
  // Null where libavformat is to read the file by itself: no regular file, no plain MP4, a short
  // one, or one that FindMp4Samples() or ShortTables refuse.
  static std::unique_ptr<Mp4File> Open(const std::string& path);

  [[nodiscard]] ByteStream& bytes() const { return *bytes_; }
  [[nodiscard]] ShortTables& view() const { return *view_; }
  [[nodiscard]] const std::vector<Mp4Samples>& tracks() const { return tracks_; }

 private:
  Mp4File() = default;
  std::unique_ptr<FileStream> bytes_;
  std::vector<Mp4Samples> tracks_;
  std::unique_ptr<ShortTables> view_;
};

class Mp4Packets {
 public:
  // Reads the first packets of `format`, which stands at its start and reads file.view(). `file`
  // must outlive this. kUnsupported where the packets are not those that the tables tell; kIo.
  static Result<std::unique_ptr<Mp4Packets>> Create(const Mp4File& file, AVFormatContext& format);

  // Gives packets of this stream too.
  void Want(int stream);
  // The next packet of the wanted streams, the one that is decoded first; false at the end. kIo,
  // kBadData, kMemory.
  Result<bool> Next(AVPacket& packet);
  // The next packets come from the last key frame of `stream` that is decoded and shown at or
  // before `time`, in its time base, or the first; so do those of other wanted streams. kIo,
  // kBadData.
  Result<void> SeekTo(int stream, std::int64_t time);
  Result<void> Rewind();

  // True where the file does not hold what its tables promise.
  [[nodiscard]] bool truncated() const { return truncated_; }

 private:
  struct Track {
    Track(ByteStream& bytes, const Mp4Samples& tables) : samples(tables), cursor(bytes, tables) {}

    Mp4Samples samples;
    Mp4SampleCursor cursor;
    int stream = 0;
    AVRational time_base{1, 1};
    bool wanted = false;
    std::vector<PacketPointer> lead;  // the first packets, without their content
    bool lead_done = false;
    std::int64_t n_kept = 0;  // of those, seen
    std::int64_t first = 0;   // sample
    std::int64_t end = 0;     // sample behind the last one
    std::int64_t decode_shift = 0;
    std::int64_t show_shift = 0;
    std::int64_t lead_shift = 0;  // of the decoding times in `lead`
    std::optional<Mp4Sample> next;
    bool at_end = false;
  };

  explicit Mp4Packets(const Mp4File& file) : file_(file) {}
  Result<void> AddTracks(AVFormatContext& format);
  Result<void> ReadLead(AVFormatContext& format);
  static Result<void> Calibrate(Track& track);
  void CorrectBitRates(AVFormatContext& format) const;
  static Result<void> CheckLead(Track& track);
  static Result<void> FindEnd(Track& track);
  static Result<void> Peek(Track& track);
  static Result<void> Seek(Track& track, std::int64_t time);
  static void Stamp(const Track& track, const Mp4Sample& sample, AVPacket& packet);
  Result<bool> Fill(Track& track, AVPacket& packet);
  Track* Earliest();
  Track* TrackOf(int stream);

  const Mp4File& file_;
  std::vector<std::unique_ptr<Track>> tracks_;
  bool truncated_ = false;
};

}  // namespace tidemark::io
