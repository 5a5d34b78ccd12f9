// CutDetector: what one term of an --edit rule finds on one audio stream, as ranges of ticks.
// One owner, one thread. Memory: the analyzer's, and the ranges, of which there is a most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "analysis/analyzer.h"
#include "base/clip.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "edit/beat_grid.h"
#include "edit/edit_term.h"
#include "edit/range_list.h"
#include "engine/plan.h"
#include "memory/arena.h"

namespace tidemark::engine {

// How a detector counts.
struct CutTicks {
  Timebase timebase;
  bool compat_auto_editor = false;  // audio terms: levels by the chunk, as auto-editor has them
  // Shorter gaps are not told: no rule would cut them, and what lies between two of them in a word
  // would seem too short to be kept.
  double min_silence_s = 0;
};

class CutDetector {
 public:
  // `term`: EditTerm::Detector() of one, or the beats that a term wants. kUsage where the stream
  // does not have the channel, or those of the analyzer.
  static Result<std::unique_ptr<CutDetector>> Create(const edit::EditTerm& term,
                                                     const CutTicks& ticks,
                                                     const StreamFormat& format,
                                                     memory::Arena& arena);
  // Exactly what Create() takes, and what libraries may take besides.
  static std::size_t PlanBytes(const edit::EditTerm& term, const CutTicks& ticks,
                               const StreamFormat& format);
  static std::size_t PlanAllowanceBytes(const edit::EditTerm& term, const CutTicks& ticks,
                                        const StreamFormat& format);

  CutDetector() = default;
  CutDetector(const CutDetector&) = delete;
  CutDetector& operator=(const CutDetector&) = delete;
  virtual ~CutDetector() = default;

  // REQUIRES of the block: as analysis::Analyzer::Push(). kMemory where there are more ranges or
  // beats than a list holds.
  virtual Result<void> Push(const AudioBlock& block) = 0;
  virtual Result<void> Finish() = 0;

  // After Finish(). Of a detector of beats the ranges are empty, of others the beats.
  [[nodiscard]] const edit::RangeList& ranges() const { return ranges_; }
  [[nodiscard]] std::span<const edit::GridBeat> beats() const { return beats_; }
  // After Finish(): the ticks of the stream where the detector counts them itself, else 0.
  [[nodiscard]] virtual std::int64_t n_ticks() const { return 0; }

 protected:
  Result<void> AddRange(edit::Range range);
  Result<void> AddSeconds(double begin_s, double end_s, Timebase timebase);
  Result<void> AddBeat(edit::GridBeat beat);

 private:
  edit::RangeList ranges_;
  std::vector<edit::GridBeat> beats_;
};

}  // namespace tidemark::engine
