// CutDetector: what one term of an --edit rule finds on one audio stream, as ranges of ticks.
// One owner, one thread. Memory: the analyzer's, and the list of what it finds, which has a most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
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

// The longest gap that detectors keep to themselves; as `tidemark analyze` has it.
inline constexpr double kLongestGap_s = 0.25;

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
  // In bytes: exactly what Create() takes; what libraries may take besides; what the list of beats
  // takes at most, 0 of a detector of ranges, whose list engine/cut_lists.h counts.
  static std::size_t PlanBytes(const edit::EditTerm& term, const CutTicks& ticks,
                               const StreamFormat& format);
  static std::size_t PlanAllowanceBytes(const edit::EditTerm& term, const CutTicks& ticks,
                                        const StreamFormat& format);
  static std::size_t BeatListBytes(const edit::EditTerm& term);

  CutDetector() = default;
  CutDetector(const CutDetector&) = delete;
  CutDetector& operator=(const CutDetector&) = delete;
  virtual ~CutDetector() = default;

  // The next block. kMemory where there are more ranges or beats than a list holds; the message
  // says what makes fewer. REQUIRES of the block: as analysis::Analyzer::Push().
  virtual Result<void> Push(const AudioBlock& block) = 0;
  // The stream has ended: takes over what was not certain before. kMemory as Push(). REQUIRES: was
  // not called before; no Push() comes after it.
  virtual Result<void> Finish() = 0;

  // After Finish(), in ticks. Of a detector of beats the ranges are empty, of others the beats.
  [[nodiscard]] const edit::RangeList& ranges() const { return ranges_; }
  // Leaves none.
  edit::RangeList TakeRanges() { return std::exchange(ranges_, {}); }
  // Valid while the detector lives.
  [[nodiscard]] std::span<const edit::GridBeat> beats() const { return beats_; }
  // After Finish(): the ticks of the stream where the detector counts them itself, else 0.
  [[nodiscard]] virtual std::int64_t n_ticks() const { return 0; }

 protected:
  // kMemory where the list is full; `helps` ends the message.
  Result<void> AddRange(edit::Range range, std::string_view helps);
  Result<void> AddBeat(edit::GridBeat beat);

 private:
  edit::RangeList ranges_;
  std::vector<edit::GridBeat> beats_;
};

}  // namespace tidemark::engine
