#include "cli/option_text.h"

#include <CLI/CLI.hpp>
#include <map>

#include "base/units.h"

namespace tidemark::cli {
namespace {

const std::map<std::string, ProgressStyle> kProgressStyles = {{"auto", ProgressStyle::kAuto},
                                                              {"bar", ProgressStyle::kBar},
                                                              {"plain", ProgressStyle::kPlain},
                                                              {"json", ProgressStyle::kJson},
                                                              {"none", ProgressStyle::kNone}};

}  // namespace

void AddProgressOption(CLI::App& app, ProgressStyle& style) {
  app.add_option("--progress", style, "bar, plain, json or none, on standard error")
      ->transform(CLI::CheckedTransformer(kProgressStyles).description(""))
      ->option_text("STYLE")
      ->group("Output");
}

Result<double> ParsePositiveSeconds(const std::string& text) {
  double seconds = 0;
  TM_TRY_ASSIGN(seconds, ParseSeconds(text));
  if (seconds < 0) return Fail(ErrorCode::kUsage, fmt::format("'{}' is negative", text));
  return seconds;
}

Result<std::pair<double, double>> ParseMargin(const std::string& text) {
  const std::size_t comma = text.find(',');
  double before = 0;
  TM_TRY_ASSIGN(before, ParseSeconds(text.substr(0, comma)));
  double after = before;
  if (comma != std::string::npos) {
    TM_TRY_ASSIGN(after, ParseSeconds(text.substr(comma + 1)));
  }
  return std::pair(before, after);
}

}  // namespace tidemark::cli
