// CutAnalysis: the first pass of a cut: what is loud, and so which clips are kept. The caller
// pulls: Create, Next until false, Decide. Borrows the media. One owner, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/cancellation.h"
#include "edit/timeline.h"
#include "engine/cut_detector.h"
#include "engine/cut_media.h"
#include "engine/cut_options.h"
#include "engine/plan.h"
#include "engine/waveform_columns.h"
#include "memory/arena.h"

namespace tidemark::engine {

struct CutAnalysisOptions {
  CutRules rules;
  bool waveform = false;  // collect a picture of the first stream
};

class CutAnalysis {
 public:
  // Adds what Create(), Next() and Decide() take, the clips included, in bytes: rows that hold
  // whatever is found. No errors: a rule that Create() refuses is planned as far as it goes.
  static void AddToPlan(const CutAnalysisOptions& options, const CutMedia& media, Plan& plan);

  // kUsage where the rule names a stream or channel that is not there; errors of the analyzers.
  static Result<std::unique_ptr<CutAnalysis>> Create(const CutAnalysisOptions& options,
                                                     CutMedia& media,
                                                     const Cancellation& cancellation);

  // Reads on; false at the end. Errors: those of io::Source; kMemory (cut_detector.h); kCancelled.
  Result<bool> Next();
  // How much of the first stream was read, in seconds of the source; its length where it is not
  // read because that is known and nobody listens.
  [[nodiscard]] double done_s() const;

  // The clips that are kept. kBadData: no audio, or nothing is kept; those of edit::Evaluate(),
  // MakeClips() and OnBeatGrid(). Gives up what the detectors found.
  // REQUIRES: Next() has returned false; was not called before.
  Result<edit::Timeline> Decide();

  // How long each stream is. REQUIRES: Next() has returned false, here and below.
  [[nodiscard]] std::span<const std::int64_t> stream_frames() const { return stream_frames_; }
  // Empty unless asked for; valid as long as this lives.
  [[nodiscard]] std::span<const float> waveform();

 private:
  struct Wish {
    std::size_t stream = 0;
    edit::EditTerm term;  // as CutDetector wants it
    bool operator==(const Wish&) const = default;
  };

  CutAnalysis(const CutAnalysisOptions& options, CutMedia& media, const Cancellation& cancellation);
  static CutTicks TicksOf(const CutRules& rules, const CutMedia& media);
  static std::vector<Wish> WishesOf(const CutRules& rules, const CutMedia& media);
  static std::size_t BytesOf(const CutAnalysisOptions& options, const CutMedia& media);
  Result<void> PushBlock(std::size_t stream, std::size_t n_frames);
  // Which wishes find the ranges of each term of the rule; none where it is made of beats.
  static std::vector<std::vector<std::size_t>> HeardFor(const edit::EditRule& rule,
                                                        const std::vector<Wish>& wishes,
                                                        std::size_t n_streams);
  Result<edit::RangeList> RangesOf(std::size_t term, std::int64_t n_ticks);
  [[nodiscard]] std::int64_t CountTicks() const;

  CutAnalysisOptions options_;
  CutMedia& media_;
  const Cancellation& cancellation_;
  CutTicks ticks_;
  std::optional<memory::Arena> arena_;
  std::vector<Wish> wishes_;
  std::vector<std::unique_ptr<CutDetector>> detectors_;  // one for each wish
  std::vector<std::vector<std::size_t>> heard_for_;      // the wishes of each term
  std::vector<std::size_t> uses_left_;  // how often Decide() still asks for the ranges of each
  std::vector<bool> heard_;             // streams that are read
  std::vector<bool> ended_;
  std::vector<std::int64_t> stream_frames_;  // so far
  std::optional<WaveformColumns> waveform_;
  std::span<float*> planes_;
  std::span<float*> part_planes_;  // of the part that is pushed
};

}  // namespace tidemark::engine
