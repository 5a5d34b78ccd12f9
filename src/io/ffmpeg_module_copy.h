// FfmpegModuleCopy: packets of a file into a new one, cut at the places of a CopyPlan. Made through
// FfmpegModule::open_copy. One owner; one thread at a time.
//
// Subtitles are cut as they are where video is encoded; every other stream walks the ranges by
// itself, as the packets of several streams lie only roughly in
// the order of time. Video enters a range with a key frame and leaves it with the first packet, in
// the order of decoding, that is shown behind it: so every frame that is kept can be decoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/byte_sink.h"
#include "io/ffmpeg_copy.h"
#include "io/ffmpeg_module_copy_plan.h"
#include "io/ffmpeg_module_demuxer.h"
#include "io/ffmpeg_module_muxer.h"
#include "io/ffmpeg_module_outputs.h"
#include "io/ffmpeg_module_pointers.h"
#include "io/ffmpeg_module_subtitles.h"

namespace tidemark::io {

class FfmpegModuleCopy final : public CopyCut {
 public:
  // Errors as OpenCopyCut().
  static Result<std::unique_ptr<CopyCut>> Create(const CopySpec& spec,
                                                 std::unique_ptr<ByteSink> sink);

  [[nodiscard]] const std::vector<CopiedClip>& clips() const override { return plan_.clips; }
  Result<bool> Step() override;
  Result<void> Finish() override;
  [[nodiscard]] double done_s() const override;
  [[nodiscard]] double total_s() const override;
  [[nodiscard]] std::vector<std::string> notes() const override;

 private:
  struct Track {
    int in = 0;
    int out = 0;
    AVMediaType type = AVMEDIA_TYPE_UNKNOWN;
    bool is_cover = false;
    std::int64_t delay = 0;  // added to all stamps
    std::size_t range = 0;
    bool entered = false;         // video: a key frame of the range has been written
    std::int64_t entry_time = 0;  // its stamp
    std::int64_t last_dts = AV_NOPTS_VALUE;
  };

  FfmpegModuleCopy(const CopySpec& spec, std::unique_ptr<ByteSink> sink)
      : spec_(spec), sink_(std::move(sink)) {}
  Result<void> Open();
  Result<void> OpenOutput();
  Result<void> AddStreams();
  Result<void> AddStream(const AVStream& stream);
  Result<void> AddSubtitles(int stream);
  [[nodiscard]] bool IsPictureStream(AVCodecID codec) const;
  void KeepPicture(const AVStream& stream);
  Result<void> WriteHeader();
  void AddChapters();
  Result<void> EnterRun();
  Result<void> Copy(AVPacket& packet, Track& track);
  Result<void> Write(AVPacket& packet, Track& track, const CopyRange& range);
  [[nodiscard]] bool RunIsOver() const;
  [[nodiscard]] std::int64_t In(const Track& track, std::int64_t leader_time) const;
  [[nodiscard]] Track* TrackOf(int stream);

  const CopySpec spec_;
  CopyPlan plan_;
  std::unique_ptr<Demuxer> demuxer_;
  PacketPointer packet_;
  std::unique_ptr<ByteSink> sink_;
  const OutputContainer* container_ = nullptr;
  std::unique_ptr<OutputMuxer> muxer_;
  std::vector<Track> tracks_;
  MediaTags cover_;                       // where the container keeps it elsewhere than in a stream
  VideoSpec subtitle_spec_;               // the ranges of the plan
  std::unique_ptr<Subtitles> subtitles_;  // null: none
  std::vector<std::string> notes_;
  // Ranges that follow each other in the source are copied in one run.
  std::size_t run_begin_ = 0;
  std::size_t run_end_ = 0;
  std::int64_t leader_time_ = 0;  // the latest packet of it that was read
  std::int64_t done_ = 0;         // of the output, in the leader's time base
};

}  // namespace tidemark::io
