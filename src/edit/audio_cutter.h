// AudioCutter: one audio stream of a source, cut to the clips of a timeline: seeks over what is
// cut, fades at the joins, changes the speed where a clip says so. The caller pulls. Borrows the
// source and the timeline. One owner, one thread. Memory does not depend on the length of the
// audio.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/audio_block.h"
#include "base/result.h"
#include "dsp/time_stretch.h"
#include "edit/timeline.h"
#include "io/source.h"
#include "memory/arena.h"

namespace tidemark::edit {

struct AudioCutOptions {
  // Where a clip begins or ends at a cut: equal-power gain, sin(pi/2 * (i + 1/2) / n), over this
  // time. 0: hard cuts. Not at the source's own start and end.
  double fade_s = 0.003;
  dsp::TimeStretch::Pitch pitch = dsp::TimeStretch::Pitch::kKept;
  // The caller copies runs of untouched samples itself: see Piece::n_verbatim.
  bool verbatim = false;
};

class AudioCutter {
 public:
  // Either samples or, with options.verbatim, a run of the source to copy; neither: the end.
  struct Piece {
    AudioBlock block;  // valid until the next call
    std::int64_t verbatim_frame = 0;
    std::int64_t n_verbatim = 0;
  };

  static std::size_t PlanBytes(const StreamFormat& format);

  // n_source_frames: how long the stream is, as pass 1 found; nullopt: nobody knows. Behind its end
  // there is silence.
  // source_frame: where the source stands. kUnsupported for speeds or channels that
  // dsp::TimeStretch refuses.
  static Result<std::unique_ptr<AudioCutter>> Create(const AudioCutOptions& options,
                                                     io::Source& source, const Timeline& timeline,
                                                     std::optional<std::int64_t> n_source_frames,
                                                     std::int64_t source_frame,
                                                     memory::Arena& arena);

  // The next piece. Errors: those of io::Source; kIo where the source is shorter than it was.
  Result<Piece> Next();

  // The length of the whole, in frames of this stream; of what came so far.
  [[nodiscard]] std::int64_t n_output_frames() const { return n_output_frames_; }
  [[nodiscard]] std::int64_t n_done() const { return n_done_; }
  // Where the source stands now.
  [[nodiscard]] std::int64_t source_frame() const { return position_; }
  // How many frames from behind the end of the source, which are silence, came in a row.
  [[nodiscard]] std::int64_t n_behind_end() const { return n_behind_end_; }

 private:
  // Of the present clip, in frames of this stream.
  struct Span {
    std::int64_t source_begin = 0;
    std::int64_t source_end = 0;
    std::int64_t n_out = 0;
    std::int64_t fade_in = 0;
    std::int64_t fade_out = 0;
  };

  AudioCutter(const AudioCutOptions& options, io::Source& source, const Timeline& timeline,
              std::optional<std::int64_t> n_source_frames, std::int64_t source_frame,
              memory::Arena& arena);
  Result<bool> BeginClip();
  Result<Piece> NextPlain();
  Result<Piece> NextStretched();
  Result<void> ReadAt(std::int64_t frame, AudioBlock out);
  Result<void> FeedStretch();
  void Fade(const AudioBlock& block, std::int64_t first) const;
  [[nodiscard]] std::int64_t SampleAt(std::int64_t tick) const;
  [[nodiscard]] AudioBlock Block(std::int64_t n_frames) const;

  AudioCutOptions options_;
  io::Source& source_;
  const Timeline& timeline_;
  bool length_is_known_;
  std::int64_t n_source_frames_;  // unless known: as many as there can be
  std::int64_t rate_hz_;
  std::int64_t n_fade_;
  std::span<float*> planes_;
  std::int64_t n_output_frames_ = 0;
  std::int64_t n_done_ = 0;

  std::size_t next_clip_ = 0;
  std::int64_t output_tick_ = 0;  // where the next clip begins in the output
  Span span_;
  std::int64_t n_clip_done_ = 0;  // of span_.n_out
  std::int64_t position_;         // of the source
  std::int64_t n_behind_end_ = 0;
  std::unique_ptr<dsp::TimeStretch> stretch_;  // of the present clip, if its speed is not 1
  std::int64_t n_stretch_read_ = 0;
  bool flushed_ = false;
};

}  // namespace tidemark::edit
