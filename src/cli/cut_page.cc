#include "cli/cut_page.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "edit/report_html.h"

namespace tidemark::cli {
namespace {

using NamedValues = std::vector<std::pair<std::string, std::string>>;

NamedValues OptionsOf(const CutCommand& command) {
  const edit::CutRuleOptions& rules = command.options.rules.options;
  NamedValues options;
  options.emplace_back("--edit", command.edit_text);
  options.emplace_back("--margin",
                       fmt::format("{} s, {} s", rules.margin_before_s, rules.margin_after_s));
  options.emplace_back("--min-cut", fmt::format("{} s", rules.min_cut_s));
  options.emplace_back("--min-clip", fmt::format("{} s", rules.min_clip_s));
  if (rules.max_pause_s)
    options.emplace_back("--max-pause", fmt::format("{} s", *rules.max_pause_s));
  if (rules.silent_speed) {
    options.emplace_back("--silent-speed", fmt::format("{}", *rules.silent_speed));
  }
  if (rules.loud_speed != 1)
    options.emplace_back("--loud-speed", fmt::format("{}", rules.loud_speed));
  for (const edit::ManualRange& range : rules.manual) options.emplace_back("by hand", range.text);
  if (command.options.rules.compat_auto_editor) options.emplace_back("--compat", "auto-editor");
  return options;
}

}  // namespace

Result<void> WriteCutPage(const CutCommand& command, const edit::Timeline& timeline,
                          std::span<const float> waveform, const std::string& output) {
  const bool from_list = timeline.media.path != command.path;
  edit::CutReport report{.timeline = timeline,
                         .waveform = {.min_max = waveform},
                         .output = output,
                         .options = {},
                         .version = TIDEMARK_VERSION};
  report.options = from_list ? NamedValues{{"list", command.path}} : OptionsOf(command);
  return edit::WriteCutReport(report, command.report_path);
}

}  // namespace tidemark::cli
