#include "engine/plan_text.h"

#include <fmt/format.h>

#include "base/units.h"

namespace tidemark::engine {

std::string PlanText(const Plan& plan, std::string_view name) {
  std::string text = fmt::format("Memory plan for {}\n", name);
  for (const PlanRow& row : plan.rows()) {
    text += fmt::format("  {:>12}  {:<9}  {}\n", row.bytes,
                        row.kind == PlanKind::kOurs ? "ours" : "allowance", row.stage);
  }
  text += fmt::format("  {:>12}  {:<9}  {}\n", plan.TotalBytes(), "total",
                      FormatBytes(plan.TotalBytes()));
  return text;
}

}  // namespace tidemark::engine
