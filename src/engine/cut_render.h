// CutRender: the second pass of a cut: what a timeline keeps of a recording, as new media. The
// caller pulls: Create, Next until false, Finish. Borrows media and timeline. One owner, one
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "edit/audio_cutter.h"
#include "edit/timeline.h"
#include "engine/cut_media.h"
#include "engine/cut_options.h"
#include "engine/plan.h"
#include "io/encoder.h"
#include "io/wav_encoder.h"
#include "memory/arena.h"

namespace tidemark::engine {

class CutRender {
 public:
  // What rendering takes at most, before the clips are known: max_speed is the fastest that one may
  // be played. FFmpeg's encoders are opened for it and closed again, so what they refuse is refused
  // now. Returns what encoders of video may take of the ceiling memory_bytes, for Create(). Errors
  // as those of Create().
  static Result<std::optional<std::uint64_t>> AddToPlan(const CutOutput& output,
                                                        const CutMedia& media, double max_speed,
                                                        std::optional<std::uint64_t> memory_bytes,
                                                        const Cancellation& cancellation,
                                                        Plan& plan);

  // stream_frames: as CutAnalysis found them; empty where nobody counted. Errors: those of the
  // encoders (io/encoder.h), of edit::AudioCutter, and kBadData where the clips come to nothing.
  static Result<std::unique_ptr<CutRender>> Create(const CutOutput& output, CutMedia& media,
                                                   const edit::Timeline& timeline,
                                                   std::span<const std::int64_t> stream_frames,
                                                   std::optional<std::uint64_t> video_bytes,
                                                   const Cancellation& cancellation);

  // Writes on; false at the end. Errors: those of io::Source and io::Encoder; kCancelled.
  Result<bool> Next();
  // Completes the file; it gets its name.
  Result<void> Finish();

  // Of the output.
  [[nodiscard]] double done_s() const;
  [[nodiscard]] double total_s() const;
  // What could not be kept as it was, in one line; empty if nothing.
  [[nodiscard]] const std::string& warning() const { return warning_; }

 private:
  CutRender(const CutOutput& output, CutMedia& media, const edit::Timeline& timeline,
            const Cancellation& cancellation)
      : output_(output), media_(media), timeline_(timeline), cancellation_(cancellation) {}
  Result<void> OpenWav();
  Result<void> OpenFfmpeg(std::optional<std::uint64_t> video_bytes);
  static Result<io::EncodeSpec> EncodeSpecOf(const CutOutput& output, const CutMedia& media,
                                             const edit::Timeline& timeline,
                                             std::optional<std::uint64_t> video_bytes,
                                             const Cancellation& cancellation);
  Result<void> MakeCutters(std::span<const std::int64_t> stream_frames, std::size_t n_tracks);
  [[nodiscard]] double TrackSeconds(std::size_t track) const;

  CutOutput output_;
  CutMedia& media_;
  const edit::Timeline& timeline_;
  const Cancellation& cancellation_;
  bool verbatim_ = false;
  std::optional<memory::Arena> arena_;
  std::vector<std::unique_ptr<edit::AudioCutter>> cutters_;  // one for each track
  std::unique_ptr<io::Encoder> encoder_;
  io::WavEncoder* wav_ = nullptr;  // encoder_, where it is one
  double video_done_s_ = 0;
  std::string warning_;
};

}  // namespace tidemark::engine
