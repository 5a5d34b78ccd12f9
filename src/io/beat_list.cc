#include "io/beat_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>
#include <span>

#include "base/text.h"
#include "io/beat_list_json.h"
#include "io/byte_stream.h"

namespace tidemark::io {
namespace {

constexpr std::string_view kBlanks = " \t\r\f\v";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kShownBytes = 32;  // of what is no time, in a message

tl::unexpected<Error> BadList(const std::string& name, std::string_view where, std::size_t n,
                              const std::string& what) {
  return Fail(ErrorCode::kBadData, fmt::format("{}: {} {}: {}", name, where, n, what));
}

std::string_view WithoutLeadingBlanks(std::string_view text, std::string_view blanks = kBlanks) {
  const std::size_t first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

// Takes the next line, without its end, off `text`.
std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// The whole of `column` as a number; nullopt where it is none or does not fit a double.
std::optional<double> NumberIn(std::string_view column) {
  if (column.starts_with('+') && !column.starts_with("+-")) column.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(column.data(), column.data() + column.size(), value);
  if (error != std::errc() || end != column.data() + column.size()) return std::nullopt;
  return value;
}

// What is wrong with `time_s` behind the beats before it; empty where nothing is.
std::string Complaint(double time_s, const std::vector<double>& before) {
  if (!std::isfinite(time_s)) return fmt::format("{} is not finite", time_s);
  if (time_s < 0) return fmt::format("{} s is negative", time_s);
  if (!before.empty() && time_s < before.back()) {
    return fmt::format("{} s comes after {} s; sort the beats by time", time_s, before.back());
  }
  return {};
}

Result<std::vector<double>> ParseText(std::string_view text, const std::string& name) {
  std::vector<double> beats;
  for (std::size_t n = 1; !text.empty(); ++n) {
    const std::string_view line = WithoutLeadingBlanks(TakeLine(text));
    if (line.empty() || line.front() == '#' || line.front() == '\\') continue;
    const std::string_view column = line.substr(0, line.find_first_of(" \t\r\f\v,#"));
    const auto time_s = NumberIn(column);
    if (!time_s) {
      const std::string shown = ValidUtf8(Printable(line.substr(0, kShownBytes)));
      return BadList(name, "line", n,
                     fmt::format("'{}' does not begin with a time in seconds", shown));
    }
    if (auto what = Complaint(*time_s, beats); !what.empty()) return BadList(name, "line", n, what);
    beats.push_back(*time_s);
  }
  return beats;
}

Result<std::vector<double>> ParseJson(std::string_view text, const std::string& name) {
  std::vector<double> numbers;
  TM_TRY_ASSIGN(numbers, ParseBeatListJson(text, name));
  std::vector<double> beats;
  beats.reserve(numbers.size());
  for (const double time_s : numbers) {
    if (auto what = Complaint(time_s, beats); !what.empty()) {
      return BadList(name, "beat", beats.size() + 1, what);
    }
    beats.push_back(time_s);
  }
  return beats;
}

}  // namespace

Result<std::vector<double>> ParseBeatList(std::string_view text, const std::string& name) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::string_view content = WithoutLeadingBlanks(text, " \t\r\n");
  const bool is_json = content.starts_with('[') || content.starts_with('{');
  return is_json ? ParseJson(text, name) : ParseText(text, name);
}

Result<std::vector<double>> ReadBeatList(const std::string& path,
                                         const Cancellation* cancellation) {
  const std::string name = path == "-" ? "standard input" : Printable(path);
  std::unique_ptr<ByteStream> stream;
  TM_TRY_ASSIGN(stream, OpenByteStream(path, cancellation));
  std::string text;
  for (std::size_t n_read = 0;;) {
    text.resize(std::min(std::max(2 * n_read, std::size_t{64} << 10), kMaxBeatListBytes + 1));
    std::size_t n = 0;
    TM_TRY_ASSIGN(n, stream->Read(std::as_writable_bytes(std::span(text).subspan(n_read))));
    n_read += n;
    if (n == 0 || n_read > kMaxBeatListBytes) {
      text.resize(n_read);
      break;
    }
  }
  if (text.size() > kMaxBeatListBytes) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: over {} MiB: not a list of beats", name, kMaxBeatListBytes >> 20));
  }
  return ParseBeatList(text, name);
}

}  // namespace tidemark::io
