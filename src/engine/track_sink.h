// TrackSink: where the frames that are read of a track go: a file in any format that is written
// here, a pipe. One owner, one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/audio_block.h"
#include "base/cancellation.h"
#include "base/result.h"
#include "engine/plan.h"
#include "engine/track_options.h"
#include "io/encoder.h"
#include "io/sample_encoding.h"
#include "io/source.h"
#include "memory/arena.h"

namespace tidemark::engine {

class TrackSink {
 public:
  // What it takes of the arena, exactly, and what its encoder takes besides, beside a decoder that
  // is loaded already. Errors of io::OpenFfmpegEncoder(); kMemory, naming the smallest ceiling that
  // would do, where FFmpeg would not fit beside the rest of `plan`.
  static Result<void> AddToPlan(const TrackRequest& request, const io::SourceInfo& source,
                                Plan& plan);
  static std::size_t PlanBytes(const TrackOptions& options);
  // Errors of io::WavEncoder and io::OpenFfmpegEncoder(). `cancellation` is borrowed: it ends
  // waiting for a pipe; a file is completed though it was requested.
  static Result<std::unique_ptr<TrackSink>> Create(const TrackRequest& request,
                                                   const Cancellation& cancellation,
                                                   memory::Arena& arena);

  // A frame of the track, of any whole number of samples. kIo: what happened, to which file;
  // kCancelled.
  Result<void> Write(std::span<const std::byte> frame);
  // Completes the file; it gets its name. Without it nothing is left behind. kIo as above.
  Result<void> Finish() { return encoder_->Finish(); }

  // As io::Encoder::warning().
  [[nodiscard]] std::string warning() const { return encoder_->warning(); }

 private:
  TrackSink(const TrackOptions& options, std::unique_ptr<io::Encoder> encoder,
            memory::Arena& arena);

  SampleType type_;
  std::unique_ptr<io::Encoder> encoder_;
  AudioBlock block_;
};

// A track's samples as they lie in a WAV, or at a device.
io::SampleEncoding EncodingOf(SampleType type);
// Whether it is no regular file: what was written to it is gone.
bool IsPipeOutput(const std::string& path);

}  // namespace tidemark::engine
