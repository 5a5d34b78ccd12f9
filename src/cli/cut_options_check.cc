#include "cli/cut_options_check.h"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace tidemark::cli {
namespace {

using Given = std::pair<const char*, bool>;

// The first that was given.
template <std::size_t n>
std::optional<std::string> FirstOf(const std::array<Given, n>& options) {
  for (const auto& [name, given] : options) {
    if (given) return name;
  }
  return std::nullopt;
}

Result<void> CheckCopy(const CutText& text, const CutCommand& command) {
  const edit::CutRuleOptions& rules = command.request.options.rules.options;
  bool changes_speed = rules.silent_speed.has_value() || rules.loud_speed != 1;
  for (const edit::ManualRange& range : rules.manual) changes_speed |= range.speed != 1;
  if (changes_speed) {
    return Fail(ErrorCode::kUsage, "--copy encodes nothing, so no speed can change");
  }
  const engine::CutOutput& media = command.request.output;
  const auto given = FirstOf(std::to_array<Given>({{"--audio-codec", !media.audio_codec.empty()},
                                                   {"--bits", media.bits != 0},
                                                   {"--bitrate", !text.bit_rate.empty()},
                                                   {"--fade", !text.fade.empty()},
                                                   {"--varispeed", text.varispeed},
                                                   {"--no-video", text.no_video},
                                                   {"--video-codec", !media.video_codec.empty()},
                                                   {"--crf", media.crf.has_value()},
                                                   {"--preset", !media.preset.empty()}}));
  if (!given) return {};
  return Fail(ErrorCode::kUsage,
              fmt::format("--copy encodes nothing, so {} means nothing; leave one out", *given));
}

}  // namespace

Result<engine::CutProduct> ProductOf(const CutText& text, edit::TimelineFormat& format) {
  using engine::CutProduct;
  const bool exports = !text.export_format.empty();
  if (text.copy && exports) {
    return Fail(ErrorCode::kUsage, "--copy writes media, --export a timeline; choose one");
  }
  if (text.levels && (text.dry_run || exports || text.copy)) {
    return Fail(ErrorCode::kUsage, "--levels prints levels alone; leave the other out");
  }
  if (text.levels && !text.command.request.report_path.empty()) {
    return Fail(ErrorCode::kUsage, "--levels cuts nothing that a --report could show; choose one");
  }
  TM_TRY(ParseIfGiven("--export", text.export_format, edit::ParseTimelineFormat,
                      [&](edit::TimelineFormat v) { format = v; }));
  if (text.dry_run) return CutProduct::kNothing;
  if (text.levels) return CutProduct::kLevels;
  if (text.copy) return CutProduct::kCopy;
  if (!exports) return CutProduct::kMedia;
  return format == edit::TimelineFormat::kClipSequence ? CutProduct::kSequence
                                                       : CutProduct::kTimeline;
}

std::vector<std::string> RuleOptionsOf(const CutText& text) {
  std::vector<std::string> names;
  for (const auto& [name, given] :
       std::to_array<Given>({{"--edit", !text.edit.empty()},
                             {"--margin", !text.margin.empty()},
                             {"--min-cut", !text.min_cut.empty()},
                             {"--min-clip", !text.min_clip.empty()},
                             {"--max-pause", !text.max_pause.empty()},
                             {"--silent-speed", !text.silent_speed.empty()},
                             {"--loud-speed", !text.loud_speed.empty()},
                             {"--keep", !text.keep.empty()},
                             {"--cut", !text.cut.empty()},
                             {"--set-speed", !text.set_speed.empty()},
                             {"--compat", !text.compat.empty()}})) {
    if (given) names.emplace_back(name);
  }
  return names;
}

Result<void> CheckTogether(const CutText& text, const CutCommand& command) {
  if (text.copy) TM_TRY(CheckCopy(text, command));
  if (!text.compat.empty() && !text.max_pause.empty()) {
    return Fail(ErrorCode::kUsage,
                "--compat auto-editor has no --max-pause; leave one of them out");
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> ReportOptions(const engine::CutRules& rules,
                                                               const std::string& edit_text) {
  const edit::CutRuleOptions& what = rules.options;
  std::vector<std::pair<std::string, std::string>> options;
  options.emplace_back("--edit", edit_text);
  options.emplace_back("--margin",
                       fmt::format("{} s, {} s", what.margin_before_s, what.margin_after_s));
  options.emplace_back("--min-cut", fmt::format("{} s", what.min_cut_s));
  options.emplace_back("--min-clip", fmt::format("{} s", what.min_clip_s));
  if (what.max_pause_s) options.emplace_back("--max-pause", fmt::format("{} s", *what.max_pause_s));
  if (what.silent_speed) {
    options.emplace_back("--silent-speed", fmt::format("{}", *what.silent_speed));
  }
  if (what.loud_speed != 1)
    options.emplace_back("--loud-speed", fmt::format("{}", what.loud_speed));
  for (const edit::ManualRange& range : what.manual) options.emplace_back("by hand", range.text);
  if (rules.compat_auto_editor) options.emplace_back("--compat", "auto-editor");
  return options;
}

}  // namespace tidemark::cli
