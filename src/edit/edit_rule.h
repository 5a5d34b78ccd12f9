// EditRule: an --edit expression: which parts of a recording count as loud. Terms, found by
// detectors, joined by not, and, xor, or. A value; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "edit/edit_term.h"
#include "edit/range_list.h"

namespace tidemark::edit {

class EditRule {
 public:
  static constexpr std::size_t kMaxTextBytes = 4096;
  static constexpr std::size_t kMaxTerms = 16;  // distinct ones
  static constexpr int kMaxDepth = 64;          // of parentheses and nots within each other

  // One step of the expression in postfix order.
  struct Step {
    enum class Kind : unsigned char { kTerm, kLoud, kSilent, kNot, kAnd, kXor, kOr };
    Kind kind = Kind::kLoud;
    std::uint8_t term = 0;  // kTerm: an index into terms()

    bool operator==(const Step&) const = default;
  };

  // `audio` alone.
  EditRule();

  // The distinct terms, in the order in which they are first named; each wants its ranges.
  [[nodiscard]] std::span<const EditTerm> terms() const { return terms_; }
  // For tests.
  [[nodiscard]] std::span<const Step> steps() const { return steps_; }
  // Whether any term uses the beat grid. Its edges should stay where they are: see
  // DefaultCutRules() in cut_rules.h.
  [[nodiscard]] bool UsesBeats() const;

 private:
  friend class EditRuleParser;
  std::vector<EditTerm> terms_;
  std::vector<Step> steps_;
};

// Parses an expression. `not` binds most, then `and`, `xor`, `or`; parentheses; terms as in
// edit_term.h; `none`: nothing is cut, all of it is loud; `all`: all of it is silent. Within
// parentheses the operator may stand first, as auto-editor writes it: "(or audio:4% speech)".
// kUsage: what is wrong, at which character.
Result<EditRule> ParseEditRule(std::string_view text);

// What was found for a term: an index into EditRule::terms().
using TermRanges = std::function<Result<RangeList>(std::size_t term)>;

// The loud ticks of [0, n_ticks). `find` is asked for a term each time that a step names it, in
// their order, so that no list is held before it is needed. kMemory: two lists together make more
// than RangeList::kMaxRanges ranges; errors of `find`.
Result<RangeList> Evaluate(const EditRule& rule, const TermRanges& find, std::int64_t n_ticks);

// kMemory: a list would have more than RangeList::kMaxRanges ranges. `helps` ends the message.
tl::unexpected<Error> TooManyRanges(std::string_view helps);

}  // namespace tidemark::edit
