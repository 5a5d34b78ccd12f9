// What the command lines of several subcommands share: options whose text our own parsers read, so
// that their errors name the option. Main thread.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/result.h"

namespace CLI {
class App;
}

namespace tidemark::cli {

enum class ProgressStyle : unsigned char { kAuto, kBar, kPlain, kJson, kNone };

// --progress.
void AddProgressOption(CLI::App& app, ProgressStyle& style);

// Seconds as ParseSeconds() reads them. kUsage where negative.
Result<double> ParsePositiveSeconds(const std::string& text);

// "BEFORE[,AFTER]" in seconds; AFTER is BEFORE where it is missing.
Result<std::pair<double, double>> ParseMargin(const std::string& text);

// Runs `parse` on `text` unless it is empty, and names `option` in its error.
template <typename Parse, typename Assign>
Result<void> ParseIfGiven(const char* option, const std::string& text, Parse parse, Assign assign) {
  if (text.empty()) return {};
  auto value = parse(text);
  if (!value) {
    return Fail(ErrorCode::kUsage, fmt::format("{}: {}", option, value.error().message));
  }
  assign(*std::move(value));
  return {};
}

}  // namespace tidemark::cli
