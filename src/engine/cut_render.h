// CutRender: the second pass of a cut: what a timeline keeps of a recording, as new media. Borrows
// media, timeline and cancellation. One owner, one thread.
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
#include "engine/cut_pass.h"
#include "engine/plan.h"
#include "io/encoder.h"
#include "io/wav_encoder.h"
#include "memory/arena.h"

namespace tidemark::engine {

// What was found out for the plan and is needed again.
struct CutRenderPlan {
  // For encoders of video, of the ceiling; nullopt: no ceiling, or no video.
  std::optional<std::int64_t> video_bytes;
  io::MediaTags tags;        // of the source
  std::string tags_warning;  // why there are none; empty: there are
};

class CutRender final : public CutPass {
 public:
  // Adds what rendering takes at most, before the clips are known; `speeds` are all at which one
  // may be played. FFmpeg's encoders are opened for it and closed again, so what they refuse is
  // refused now. memory_bytes: the ceiling, if there is one. Errors as those of Create(); kUsage
  // for options of what the output does not have.
  static Result<CutRenderPlan> AddToPlan(const CutOutput& output, CutMedia& media,
                                         std::span<const double> speeds,
                                         std::optional<std::uint64_t> memory_bytes,
                                         const Cancellation& cancellation, Plan& plan);

  // stream_frames: as CutAnalysis found them; empty where nobody counted. source_frames: where the
  // streams stand; empty: they are set to their start. Errors: those of the encoders
  // (io/encoder.h), of edit::AudioCutter, and kBadData where the clips come to nothing.
  static Result<std::unique_ptr<CutRender>> Create(const CutOutput& output,
                                                   const CutRenderPlan& plan, CutMedia& media,
                                                   const edit::Timeline& timeline,
                                                   std::span<const std::int64_t> stream_frames,
                                                   std::span<const std::int64_t> source_frames,
                                                   const Cancellation& cancellation);

  // Errors: those of io::Source and io::Encoder; kBadData where clips lie behind the end of a
  // recording whose length nobody knew; kCancelled.
  Result<bool> Next() override;
  Result<void> Finish() override;

  [[nodiscard]] double done_s() const override;
  [[nodiscard]] double total_s() const override { return total_s_; }
  [[nodiscard]] std::string warning() const override { return warning_; }

  // Where the streams stand, one for each; those that are not read stay as they are.
  void GetSourceFrames(std::span<std::int64_t> source_frames) const;

 private:
  CutRender(const CutOutput& output, CutMedia& media, const edit::Timeline& timeline,
            const Cancellation& cancellation)
      : output_(output),
        media_(media),
        timeline_(timeline),
        cancellation_(cancellation),
        total_s_(timeline.timebase.Seconds(edit::OutputTicks(timeline))) {}
  static Result<void> Rehearse(const CutOutput& output, const CutMedia& media,
                               std::optional<std::uint64_t> memory_bytes,
                               const Cancellation& cancellation, Plan& plan, CutRenderPlan& found);
  Result<void> OpenWav(const CutRenderPlan& plan);
  Result<void> OpenFfmpeg(const CutRenderPlan& plan);
  static io::EncodeSpec EncodeSpecOf(const CutOutput& output, const CutRenderPlan& plan,
                                     const CutMedia& media, const edit::Timeline& timeline,
                                     const Cancellation& cancellation);
  Result<void> MakeCutters(std::span<const std::int64_t> stream_frames,
                           std::span<const std::int64_t> source_frames, std::size_t n_tracks);
  [[nodiscard]] bool IsFarBehindTheEnd() const;
  [[nodiscard]] double TrackSeconds(std::size_t track) const;

  CutOutput output_;
  CutMedia& media_;
  const edit::Timeline& timeline_;
  const Cancellation& cancellation_;
  double total_s_;
  bool verbatim_ = false;
  bool length_is_known_ = false;
  std::optional<memory::Arena> arena_;
  std::vector<std::unique_ptr<edit::AudioCutter>> cutters_;  // one for each track
  std::unique_ptr<io::Encoder> encoder_;
  io::WavEncoder* wav_ = nullptr;  // encoder_, where it is one
  double video_done_s_ = 0;
  std::string warning_;
};

}  // namespace tidemark::engine
