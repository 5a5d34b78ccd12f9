#include "cli/evaluate_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <optional>

#include "base/units.h"

namespace tidemark::cli {
namespace {

// nullopt where the option was not given.
Result<std::optional<double>> ParseBpm(const char* option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto bpm = ParseNumber(text);
  if (!bpm || !(*bpm > 0)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: '{}' is not a number of beats per minute above 0", option, text));
  }
  return *bpm;
}

}  // namespace

CLI::App* AddEvaluate(CLI::App& app, EvaluateText& text) {
  CLI::App* evaluate = app.add_subcommand(
      "evaluate", "How well a list of beats agrees with a reference, by the standard measures");
  evaluate->add_option("REF", text.command.reference_path, "The reference; - is standard input")
      ->required()
      ->type_name("");
  evaluate->add_option("EST", text.command.estimate_path, "The beats to judge")
      ->required()
      ->type_name("");
  evaluate->add_option("--trim", text.trim, "Leave out beats before this (5s)");
  evaluate->add_option("--ref-bpm", text.reference_bpm, "The reference's tempo");
  evaluate->add_option("--est-bpm", text.estimate_bpm,
                       "The estimated tempo (both: 60 over the median interval)");
  evaluate->add_option("--format", text.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}).description(""))
      ->option_text("FORMAT");
  return evaluate;
}

Result<EvaluateCommand> ParseEvaluate(const EvaluateText& text) {
  EvaluateCommand command = text.command;
  command.json = text.format == "json";
  if (command.reference_path == "-" && command.estimate_path == "-") {
    return Fail(ErrorCode::kUsage, "only one of REF and EST can be the standard input");
  }
  if (!text.trim.empty()) {
    const auto trim_s = ParseSeconds(text.trim);
    if (!trim_s) return Fail(ErrorCode::kUsage, "--trim: " + trim_s.error().message);
    if (*trim_s < 0) return Fail(ErrorCode::kUsage, "--trim: '" + text.trim + "' is negative");
    command.options.trim_s = *trim_s;
  }
  TM_TRY_ASSIGN(command.options.reference_bpm, ParseBpm("--ref-bpm", text.reference_bpm));
  TM_TRY_ASSIGN(command.options.estimate_bpm, ParseBpm("--est-bpm", text.estimate_bpm));
  return command;
}

}  // namespace tidemark::cli
