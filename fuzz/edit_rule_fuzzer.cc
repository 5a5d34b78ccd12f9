// Whatever parses is evaluated too, and compared with what it says tick by tick.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "edit/edit_rule.h"

namespace {

using namespace tidemark::edit;

constexpr std::int64_t kTicks = 32;

// Term `i` on its own pattern of ticks.
bool IsLoud(std::size_t i, std::int64_t tick) {
  return (0x9E3779B97F4A7C15U * (i + 1) >> tick & 1) != 0;
}

bool Value(const EditRule& rule, std::int64_t tick) {
  using Kind = EditRule::Step::Kind;
  std::vector<bool> stack;
  for (const EditRule::Step& step : rule.steps()) {
    if (step.kind == Kind::kTerm) {
      stack.push_back(IsLoud(step.term, tick));
    } else if (step.kind == Kind::kLoud || step.kind == Kind::kSilent) {
      stack.push_back(step.kind == Kind::kLoud);
    } else if (step.kind == Kind::kNot) {
      stack.back() = !stack.back();
    } else {
      const bool right = stack.back();
      stack.pop_back();
      const bool left = stack.back();
      stack.back() = step.kind == Kind::kAnd   ? left && right
                     : step.kind == Kind::kXor ? left != right
                                               : left || right;
    }
  }
  if (stack.size() != 1) std::abort();
  return stack.back();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto rule = ParseEditRule({reinterpret_cast<const char*>(data), size});
  if (!rule) {
    if (rule.error().code != tidemark::ErrorCode::kUsage || rule.error().message.empty()) {
      std::abort();
    }
    return 0;
  }
  const auto find = [](std::size_t term) -> tidemark::Result<RangeList> {
    RangeList found;
    for (std::int64_t tick = 0; tick < kTicks; ++tick) {
      if (IsLoud(term, tick) && !found.Append({tick, tick + 1})) std::abort();
    }
    return found;
  };
  const auto loud = Evaluate(*rule, find, kTicks);
  RangeList wanted;
  for (std::int64_t tick = 0; tick < kTicks; ++tick) {
    if (Value(*rule, tick) && !wanted.Append({tick, tick + 1})) std::abort();
  }
  if (!loud || *loud != wanted) std::abort();
  return 0;
}
