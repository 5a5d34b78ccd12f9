#include "engine/cut_lists.h"

#include <algorithm>

#include "edit/compat_rules.h"
#include "edit/cut_rules.h"
#include "edit/range_list.h"

namespace tidemark::engine {
namespace {

constexpr std::size_t kBlock = memory::kListBlockBytes;
constexpr std::size_t kList = edit::RangeList::kMaxBytes;

// Follows what edit::Evaluate() holds, every list as long as a list may be.
class ListCounter {
 public:
  using Step = edit::EditRule::Step;

  ListCounter(const CutRules& rules, std::span<const std::vector<std::size_t>> heard)
      : rule_(rules.rule), heard_(heard) {
    for (const Step& step : rule_.steps()) {
      if (step.kind != Step::Kind::kTerm) continue;
      for (const std::size_t list : heard[step.term]) {
        if (list >= uses_left_.size()) uses_left_.resize(list + 1);
        if (++uses_left_[list] == 1) Hold(kList);
      }
    }
  }

  std::size_t Peak() {
    for (const Step& step : rule_.steps()) {
      if (step.kind == Step::Kind::kTerm) {
        PushTerm(step.term);
      } else if (step.kind == Step::Kind::kLoud || step.kind == Step::Kind::kSilent) {
        Push(step.kind == Step::Kind::kLoud ? kBlock : 0);
      } else if (step.kind == Step::Kind::kNot) {
        Combine(0);
      } else {
        const std::size_t right = stack_.back();
        stack_.pop_back();
        Combine(right);
      }
    }
    return peak_;
  }

 private:
  void Hold(std::size_t bytes) {
    held_ += bytes;
    peak_ = std::max(peak_, held_);
  }
  void Push(std::size_t bytes) {
    stack_.push_back(bytes);
    Hold(bytes);
  }
  // What is on top becomes one with `right`.
  void Combine(std::size_t right) {
    Hold(3 * kBlock);
    held_ -= 3 * kBlock + right + stack_.back();
    stack_.back() = std::min(stack_.back() + right + kBlock, kList);
    Hold(stack_.back());
  }
  void PushTerm(std::size_t term) {
    if (heard_[term].empty()) return Push(kList);  // made of beats
    stack_.push_back(0);
    for (const std::size_t list : heard_[term]) {
      if (--uses_left_[list] > 0) Hold(kList);  // a copy
      Combine(kList);
    }
  }

  const edit::EditRule& rule_;
  std::span<const std::vector<std::size_t>> heard_;
  std::vector<std::size_t> uses_left_;
  std::vector<std::size_t> stack_;
  std::size_t held_ = 0;
  std::size_t peak_ = 0;
};

}  // namespace

std::size_t CutListBytes(const CutRules& rules, std::span<const std::vector<std::size_t>> heard) {
  std::size_t peak =
      std::max(ListCounter(rules, heard).Peak(), edit::MakeClipsBytes(rules.options));
  if (rules.compat_auto_editor) peak = std::max(peak, kList + edit::kCompatListBytes);
  return peak;
}

}  // namespace tidemark::engine
