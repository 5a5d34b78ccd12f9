// TimeStretch: audio played faster or slower, with its pitch kept (WSOLA, Verhelst & Roelands 1993,
// by the library SoundTouch) or moved along as on a tape. One owner, one thread.
// Memory: AllowanceBytes(), whatever the length. Pushing and pulling may allocate within it.
#pragma once

#include <cstddef>
#include <memory>

#include "base/audio_block.h"
#include "base/result.h"
#include "base/stream_format.h"

namespace tidemark::dsp {

class TimeStretch {
 public:
  enum class Pitch : unsigned char { kKept, kMoved };

  static constexpr double kSlowest = 0.05;
  static constexpr double kFastest = 100;
  static constexpr int kMaxStretchChannels = 16;

  // A bound on what SoundTouch takes at this speed, measured.
  static std::size_t AllowanceBytes(const StreamFormat& format, double speed);

  // kUnsupported for more channels than kMaxStretchChannels or a speed out of range.
  static Result<std::unique_ptr<TimeStretch>> Create(const StreamFormat& format, double speed,
                                                     Pitch pitch);

  TimeStretch(const TimeStretch&) = delete;
  TimeStretch& operator=(const TimeStretch&) = delete;
  ~TimeStretch();

  // The next samples of the source; up to kBlockFrames at once keeps within the allowance if
  // Pull() takes what is there before the next.
  void Push(const AudioBlock& block);
  // No more come: what is still inside comes out.
  void Flush();
  // Fills `out` from its start with what is ready; returns how many frames, maybe 0.
  std::size_t Pull(const AudioBlock& out);

 private:
  struct Impl;
  explicit TimeStretch(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark::dsp
