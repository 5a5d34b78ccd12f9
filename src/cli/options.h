// The command line, parsed. A value; main thread.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/beat_measures.h"
#include "base/result.h"
#include "cli/cut_options.h"
#include "cli/option_text.h"
#include "cli/track_options.h"
#include "engine/analyze_options.h"
#include "engine/report_writer.h"

namespace tidemark::cli {

struct AnalyzeCommand {
  std::vector<std::string> paths;
  engine::AnalyzeOptions options;
  engine::ReportFormat format = engine::ReportFormat::kText;
  std::string output;  // empty: standard output
  ProgressStyle progress = ProgressStyle::kAuto;
  bool explain = false;
};

// Which beats to compare; - as one of the paths is the standard input.
struct EvaluateCommand {
  std::string reference_path;
  std::string estimate_path;
  analysis::BeatMeasureOptions options;
  bool json = false;
};

struct FormatsCommand {};
struct DoctorCommand {};

// Text asked for with --help or --version; goes to standard output, exit code 0.
struct ShowText {
  std::string text;
};

using Command = std::variant<AnalyzeCommand, CutCommand, TrackCommand, EvaluateCommand,
                             FormatsCommand, DoctorCommand, ShowText>;

// kUsage with a message that names the option and what it takes.
Result<Command> ParseCommandLine(int argc, const char* const* argv);

}  // namespace tidemark::cli
