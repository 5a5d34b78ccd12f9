// ClickTrack: audio as it comes, with short clicks mixed in afterwards, as a WAV of 16-bit PCM
// (RF64 past 4 GiB). A click is read, changed and written back where it belongs, however long ago
// its audio was written. The file is written beside its name and takes the name in Finish(). One
// owner, one thread. Memory does not depend on the length of the audio.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/audio_block.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "io/part_file.h"
#include "memory/arena.h"

namespace tidemark::io {

class ClickTrack {
 public:
  // A click is a sine that dies away within this time.
  static constexpr double kClick_s = 0.03;
  static constexpr double kBeatHz = 1000;
  static constexpr double kDownbeatHz = 1500;

  // Exactly what Create() takes.
  static std::size_t PlanBytes();
  // kUsage where `path` is a pipe, a device or a folder; kIo, naming it, where it cannot be made.
  static Result<std::unique_ptr<ClickTrack>> Create(const std::string& path,
                                                    const StreamFormat& format,
                                                    memory::Arena& arena);

  ClickTrack(const ClickTrack&) = delete;
  ClickTrack& operator=(const ClickTrack&) = delete;
  // Without Finish() nothing is left behind.
  ~ClickTrack() = default;

  // The next samples, rounded to 16 bits and clipped at full scale. kIo: what happened, to which
  // file. Allocates nothing unless it fails, like all that follows.
  Result<void> Append(const AudioBlock& block);

  // Mixes a click into all channels from frame number `frame` of the track on, clipped at full
  // scale; what of it lies outside the audio so far is left out. kIo as above.
  Result<void> AddClick(std::int64_t frame, bool downbeat);

  // Completes the header; the file gets its name. kIo as above.
  Result<void> Finish();

  [[nodiscard]] std::int64_t n_frames() const { return n_frames_; }
  [[nodiscard]] std::int64_t n_click_frames() const { return n_click_frames_; }
  [[nodiscard]] std::int64_t n_clicks() const { return n_clicks_; }

 private:
  ClickTrack(PartFile file, const StreamFormat& format, memory::Arena& arena);
  Result<void> WriteHeader();
  [[nodiscard]] std::span<std::byte> Frames(std::size_t n) const;
  [[nodiscard]] std::int64_t OffsetOf(std::int64_t frame) const;

  PartFile file_;
  StreamFormat format_;
  std::size_t frame_bytes_;
  std::int64_t n_click_frames_;
  std::int64_t header_bytes_ = 0;
  std::int64_t n_frames_ = 0;
  std::int64_t n_clicks_ = 0;
  std::span<std::byte> buffer_;  // frames as in the file
};

}  // namespace tidemark::io
