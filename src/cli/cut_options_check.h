// What the options of `tidemark cut` say together: what is made, what contradicts itself, what a
// report tells of them. Pure functions; any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/cut_options.h"

namespace tidemark::cli {

// What --copy, --export, --levels and --dry-run ask for; of --export the format too. kUsage where
// two of them contradict each other.
Result<engine::CutProduct> ProductOf(const CutText& text, edit::TimelineFormat& format);

// The options given that say what is kept and at which speed.
std::vector<std::string> RuleOptionsOf(const CutText& text);

// kUsage for options that mean nothing beside others that were given.
Result<void> CheckTogether(const CutText& text, const CutCommand& command);

// Name and value of each rule that mattered, in the order to show.
std::vector<std::pair<std::string, std::string>> ReportOptions(const engine::CutRules& rules,
                                                               const std::string& edit_text);

}  // namespace tidemark::cli
