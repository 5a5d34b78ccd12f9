// The command line of `tidemark cut`, parsed. A value; main thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/option_text.h"
#include "edit/timeline_format.h"
#include "engine/cut_options.h"

namespace tidemark::cli {

struct CutCommand {
  std::string path;    // "-": standard input
  std::string output;  // empty: by the name of the input
  engine::CutOptions options;
  engine::CutOutput media;
  bool copy = false;     // cut at key frames, without encoding
  bool dry_run = false;  // say what would be cut
  bool levels = false;   // print the levels
  bool explain = false;
  ProgressStyle progress = ProgressStyle::kAuto;
  std::optional<edit::TimelineFormat> export_format;  // a timeline instead of media
  std::string report_path;                            // empty: no page
  bool json = false;                                  // what was cut, as JSON
  // --edit as it was given, for the report.
  std::string edit_text;
};

// What CLI11 fills before our own parsers, whose errors name the option, read it.
struct CutText {
  CutCommand command;
  std::string edit, margin, min_cut, min_clip, max_pause, silent_speed, loud_speed, compat;
  std::vector<std::string> keep, cut, set_speed;
  std::string bit_rate, fade, memory, tmp_max, export_format, raw, format;
  bool varispeed = false;
  bool no_video = false;
};

CLI::App* AddCut(CLI::App& app, CutText& text);

// kUsage with a message that names the option and what it takes.
Result<CutCommand> ParseCut(const CutText& text);

}  // namespace tidemark::cli
