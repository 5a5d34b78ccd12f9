#include "edit/edit_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace tidemark::edit {

// Recursive descent; each level of the grammar is a function, kMaxDepth bounds them.
class EditRuleParser {
 public:
  explicit EditRuleParser(std::string_view text) : text_(text) {
    rule_.terms_.clear();
    rule_.steps_.clear();
    Next();
  }

  Result<EditRule> Parse() {
    if (text_.size() > EditRule::kMaxTextBytes) {
      return Fail(ErrorCode::kUsage, fmt::format("the edit expression has more than {} characters",
                                                 EditRule::kMaxTextBytes));
    }
    ParseBinary(0);
    if (!error_ && !token_.empty()) {
      SetError(token_at_,
               token_ == ")" ? "this ')' closes nothing" : "expected and, or, xor or the end here");
    }
    if (error_) return tl::unexpected(*std::move(error_));
    return std::move(rule_);
  }

 private:
  using Kind = EditRule::Step::Kind;
  struct Operator {
    std::string_view name;
    Kind kind;
  };
  // From the one that binds least.
  static constexpr std::array<Operator, 3> kOperators = {
      {{"or", Kind::kOr}, {"xor", Kind::kXor}, {"and", Kind::kAnd}}};

  static bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  static bool IsParenthesis(char c) { return c == '(' || c == ')'; }

  // Moves to the next token: a parenthesis, or what stands up to a space or one; empty at the end.
  void Next() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
    token_at_ = at_;
    if (at_ < text_.size() && IsParenthesis(text_[at_])) {
      ++at_;
    } else {
      while (at_ < text_.size() && !IsSpace(text_[at_]) && !IsParenthesis(text_[at_])) ++at_;
    }
    token_ = text_.substr(token_at_, at_ - token_at_);
  }

  void SetError(std::size_t offset, std::string_view what) {
    if (error_) return;
    error_ = Error{ErrorCode::kUsage, fmt::format("edit expression '{}', character {}: {}",
                                                  Printable(text_), offset + 1, Printable(what))};
  }

  void Add(Kind kind, std::uint8_t term = 0) { rule_.steps_.push_back({kind, term}); }

  void ParseBinary(std::size_t level) {
    if (level == kOperators.size()) {
      ParseUnary();
      return;
    }
    ParseBinary(level + 1);
    while (!error_ && token_ == kOperators[level].name) {
      Next();
      ParseBinary(level + 1);
      Add(kOperators[level].kind);
    }
  }

  void ParseUnary() {
    if (error_) return;
    if (++depth_ > EditRule::kMaxDepth) {
      SetError(token_at_, "parentheses and nots are nested too deeply");
      return;
    }
    if (token_ == "not") {
      Next();
      ParseUnary();
      Add(Kind::kNot);
    } else if (token_ == "(") {
      const std::size_t opened_at = token_at_;
      Next();
      ParseInParentheses();
      if (token_ == ")") {
        Next();
      } else {
        SetError(token_.empty() ? opened_at : token_at_,
                 token_.empty() ? "this '(' is not closed" : "expected and, or, xor or ')' here");
      }
    } else {
      ParseTerm();
    }
    --depth_;
  }

  // What stands between parentheses: an expression, or an operator and what it joins.
  void ParseInParentheses() {
    const auto* const first = std::ranges::find(kOperators, token_, &Operator::name);
    if (first == kOperators.end()) {
      ParseBinary(0);
      return;
    }
    Next();
    ParseUnary();
    while (!error_ && !token_.empty() && token_ != ")") {
      ParseUnary();
      Add(first->kind);
    }
  }

  void ParseTerm() {
    const std::size_t at = token_at_;
    const std::string_view token = token_;
    if (token.empty()) {
      SetError(at, text_.empty() ? "it is empty" : "a term is missing at the end");
      return;
    }
    if (token == ")" || std::ranges::find(kOperators, token, &Operator::name) != kOperators.end()) {
      SetError(at, fmt::format("a term is missing before '{}'", token));
      return;
    }
    Next();
    if (token == "none") return Add(Kind::kLoud);
    if (token == "all") return Add(Kind::kSilent);
    const auto term = ParseEditTerm(token);
    if (!term) return SetError(at + term.error().offset, term.error().message);
    std::vector<EditTerm>& terms = rule_.terms_;
    const auto same = std::ranges::find(terms, *term);
    const auto index = static_cast<std::size_t>(same - terms.begin());
    if (same == terms.end()) {
      if (terms.size() == EditRule::kMaxTerms) {
        return SetError(at, fmt::format("more than {} different terms", EditRule::kMaxTerms));
      }
      terms.push_back(*term);
    }
    Add(Kind::kTerm, static_cast<std::uint8_t>(index));
  }

  std::string_view text_;
  std::size_t at_ = 0;  // where the next token is looked for
  std::string_view token_;
  std::size_t token_at_ = 0;
  int depth_ = 0;
  EditRule rule_;
  std::optional<Error> error_;  // the first one; nothing is parsed afterwards
};

EditRule::EditRule() : terms_{EditTerm{}}, steps_{{Step::Kind::kTerm, 0}} {}

bool EditRule::UsesBeats() const { return std::ranges::any_of(terms_, &EditTerm::UsesBeats); }

Result<EditRule> ParseEditRule(std::string_view text) { return EditRuleParser(text).Parse(); }

tl::unexpected<Error> TooManyRanges(std::string_view helps) {
  return Fail(ErrorCode::kMemory, fmt::format("more than {} separate parts were found; {}",
                                              RangeList::kMaxRanges, helps));
}

Result<RangeList> Evaluate(const EditRule& rule, const TermRanges& find, std::int64_t n_ticks) {
  using Kind = EditRule::Step::Kind;
  std::vector<RangeList> stack;
  const auto pop = [&stack] {
    RangeList top = std::move(stack.back());
    stack.pop_back();
    return top;
  };
  for (const EditRule::Step& step : rule.steps()) {
    switch (step.kind) {
      case Kind::kTerm: {
        RangeList found;
        TM_TRY_ASSIGN(found, find(step.term));
        stack.push_back(Within(std::move(found), n_ticks));
        break;
      }
      case Kind::kLoud:
        stack.push_back(RangeList::Whole(n_ticks));
        break;
      case Kind::kSilent:
        stack.emplace_back();
        break;
      case Kind::kNot:
        stack.push_back(Not(pop(), n_ticks));
        break;
      default: {
        RangeList right = pop();
        RangeList left = pop();
        stack.push_back(step.kind == Kind::kAnd   ? And(std::move(left), std::move(right))
                        : step.kind == Kind::kXor ? Xor(std::move(left), std::move(right))
                                                  : Or(std::move(left), std::move(right)));
      }
    }
    if (stack.back().size() > RangeList::kMaxRanges) {
      return TooManyRanges("a longer --min-cut, up to 0.25 s, or fewer terms in --edit make fewer");
    }
  }
  return pop();
}

}  // namespace tidemark::edit
