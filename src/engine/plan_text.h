// A plan as people read it: --explain. Pure function.
#pragma once

#include <string>
#include <string_view>

#include "engine/plan.h"

namespace tidemark::engine {

// "Memory plan for NAME", a line for each row, the total.
std::string PlanText(const Plan& plan, std::string_view name);

}  // namespace tidemark::engine
