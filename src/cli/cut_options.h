// The command line of `tidemark cut`, parsed. A value; main thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/option_text.h"
#include "engine/cut_options.h"

namespace tidemark::cli {

struct CutCommand {
  engine::CutRequest request;
  bool explain = false;
  ProgressStyle progress = ProgressStyle::kAuto;
  bool json = false;  // what was cut, as JSON
};

// What CLI11 fills before our own parsers, whose errors name the option, read it.
struct CutText {
  CutCommand command;
  std::string edit, margin, min_cut, min_clip, max_pause, silent_speed, loud_speed, compat;
  std::vector<std::string> keep, cut, set_speed;
  std::string bit_rate, fade, memory, tmp_max, export_format, raw, format;
  bool varispeed = false;
  bool no_video = false;
  bool copy = false;
  bool dry_run = false;
  bool levels = false;
};

CLI::App* AddCut(CLI::App& app, CutText& text);

// kUsage with a message that names the option and what it takes.
Result<CutCommand> ParseCut(const CutText& text);

}  // namespace tidemark::cli
