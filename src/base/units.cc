#include "base/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace tidemark {
namespace {

// The number that `text` begins with; `rest` is what follows it.
bool LeadingNumber(std::string_view text, double& value, std::string_view& rest) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(value)) return false;
  rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return true;
}

tl::unexpected<Error> BadDuration(std::string_view text) {
  return Fail(ErrorCode::kUsage, fmt::format("'{}' is not a duration; write seconds (90 or 2.5s), "
                                             "250ms, 10m, 1.5h or 1:02:03.5",
                                             text));
}

// "[[H:]M:]S[.s]"; minutes and seconds after a colon are below 60.
bool ParseClock(std::string_view text, double& seconds) {
  double total = 0;
  for (int fields = 0;; ++fields) {
    double value = 0;
    std::string_view rest;
    if (fields > 2 || !LeadingNumber(text, value, rest) || value < 0) return false;
    if (fields > 0 && value >= 60) return false;
    total = total * 60 + value;
    if (rest.empty()) break;
    if (rest.front() != ':' || value != std::floor(value)) return false;
    text = rest.substr(1);
  }
  seconds = total;
  return true;
}

}  // namespace

Result<double> ParseNumber(std::string_view text) {
  double value = 0;
  std::string_view rest;
  if (!LeadingNumber(text, value, rest) || !rest.empty()) {
    return Fail(ErrorCode::kUsage, fmt::format("'{}' is not a number", text));
  }
  return value;
}

Result<std::uint64_t> ParseBytes(std::string_view text) {
  double value = 0;
  std::string_view unit;
  const bool is_number = LeadingNumber(text, value, unit) && value >= 0;
  double factor = 1;
  if (is_number && !unit.empty()) {
    constexpr std::string_view kPrefixes = "KMGT";
    const auto power = kPrefixes.find(static_cast<char>(std::toupper(unit.front())));
    if (power != std::string_view::npos) {
      factor = std::pow(1024.0, static_cast<double>(power + 1));
      unit.remove_prefix(1);
      if (unit.starts_with('i')) unit.remove_prefix(1);
    }
    if (unit.starts_with('B')) unit.remove_prefix(1);
  }
  if (!is_number || !unit.empty() || value * factor >= 0x1p63) {
    return Fail(ErrorCode::kUsage,
                fmt::format("'{}' is not a size; write bytes, or a number with K, M or G", text));
  }
  return static_cast<std::uint64_t>(std::llround(value * factor));
}

Result<double> ParseSeconds(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view magnitude = negative ? text.substr(1) : text;
  double value = 0;
  std::string_view unit;
  if (!LeadingNumber(magnitude, value, unit) || value < 0) return BadDuration(text);
  constexpr std::array<std::pair<std::string_view, double>, 5> kUnits = {
      {{"", 1}, {"s", 1}, {"ms", 1e-3}, {"m", 60}, {"h", 3600}}};
  for (const auto& [name, factor] : kUnits) {
    if (unit == name) return (negative ? -value : value) * factor;
  }
  if (!ParseClock(magnitude, value)) return BadDuration(text);
  return negative ? -value : value;
}

std::string FormatBytes(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes < kKiB) return fmt::format("{} B", bytes);
  if (bytes < kMiB) return fmt::format("{:.1f} KiB", value / static_cast<double>(kKiB));
  if (bytes < kGiB) return fmt::format("{:.1f} MiB", value / static_cast<double>(kMiB));
  return fmt::format("{:.2f} GiB", value / static_cast<double>(kGiB));
}

std::string FormatDuration(double seconds) {
  if (seconds < 0) return fmt::format("-{}", FormatDuration(-seconds));
  const auto tenths = static_cast<std::int64_t>(std::llround(seconds * 10));
  const auto whole = std::div(tenths, std::int64_t{10});
  const std::int64_t hours = whole.quot / 3600;
  const std::int64_t minutes = whole.quot / 60 % 60;
  const std::int64_t rest = whole.quot % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}.{}", hours, minutes, rest, whole.rem);
  return fmt::format("{}:{:02}.{}", minutes, rest, whole.rem);
}

}  // namespace tidemark
