#include "cli/option_text.h"

#include <sys/stat.h>
#include <unistd.h>

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

bool IsSameFile(const std::string& input, const std::string& output) {
  struct stat in{};
  struct stat out{};
  const int got = input == "-" ? fstat(STDIN_FILENO, &in) : stat(input.c_str(), &in);
  return got == 0 && stat(output.c_str(), &out) == 0 && in.st_dev == out.st_dev &&
         in.st_ino == out.st_ino;
}

}  // namespace tidemark::cli
