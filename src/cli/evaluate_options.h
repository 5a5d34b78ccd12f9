// The part of the command line that is `tidemark evaluate`. Private to options.cc. Main thread.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/options.h"

namespace CLI {
class App;
}

namespace tidemark::cli {

// The texts of its options, filled by CLI11; must outlive the parsing.
struct EvaluateText {
  EvaluateCommand command;
  std::string trim, reference_bpm, estimate_bpm, format = "text";
};

// Adds the subcommand to `app`; owned by it.
CLI::App* AddEvaluate(CLI::App& app, EvaluateText& text);

// kUsage with a message that names the option and what it takes.
Result<EvaluateCommand> ParseEvaluate(const EvaluateText& text);

}  // namespace tidemark::cli
