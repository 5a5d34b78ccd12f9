#include "edit/timeline_list.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace tidemark::edit {
namespace {

// All of `text` as a T.
template <typename T>
std::optional<T> Whole(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Some of what is not understood, to show.
std::string Shown(std::string_view text) {
  constexpr std::size_t kShownBytes = 32;
  return ValidUtf8(Printable(text.substr(0, kShownBytes)));
}

tl::unexpected<Error> Unsupported(std::string message) {
  return Fail(ErrorCode::kUnsupported, std::move(message));
}

}  // namespace

bool ListVisitor::TakeText(const JsonScalar& value, const char* key, std::string& out) {
  if (value.kind != JsonScalar::Kind::kString || value.text.empty()) {
    return Refuse(fmt::format("\"{}\" is no text", key));
  }
  if (value.text.find('\0') != std::string_view::npos) {
    return Refuse(fmt::format("\"{}\" has a zero in it", key));
  }
  out = value.text;
  return true;
}

bool ListVisitor::TakeRate(const JsonScalar& value, const char* key, std::optional<Timebase>& out) {
  if (value.kind == JsonScalar::Kind::kString) out = ParseRate(value.text);
  return out.has_value() || Refuse(fmt::format("\"{}\" is no rate such as \"30000/1001\"", key));
}

bool ListVisitor::TakeInteger(const JsonScalar& value, const std::string& what, std::int64_t min,
                              std::int64_t max, std::int64_t& out) {
  const auto integer = value.Integer();
  if (!integer || *integer < min || *integer > max) {
    return Refuse(fmt::format("{} is no whole number from {} to {}", what, min, max));
  }
  out = *integer;
  return true;
}

bool ListVisitor::Expect(std::string_view what, bool is_array, bool wants_array) {
  return is_array == wants_array ||
         Refuse(fmt::format("{} is no {}", what, wants_array ? "array" : "object"));
}

std::optional<Timebase> ParseRate(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto num = Whole<std::int64_t>(text.substr(0, slash));
  const auto den = Whole<std::int64_t>(text.substr(slash + 1));
  if (!num || !den || *num < 1 || *den < 1 || *num > kMaxRatePart || *den > kMaxRatePart) {
    return std::nullopt;
  }
  return Timebase{*num, *den};
}

Result<double> ParseAction(std::string_view text) {
  if (text == "nil") return 1.0;
  if (text == "cut") return 0.0;
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const bool has_value = colon != std::string_view::npos;
  const double value = has_value ? Whole<double>(text.substr(colon + 1)).value_or(-1) : -1;
  if (name == "volume" && value == 1) return 1.0;
  if (name == "varispeed") {
    return Unsupported(
        "it changes speed and pitch together (varispeed); write \"speed:\" instead, and render "
        "with --varispeed");
  }
  if (name != "speed") {
    return Unsupported(fmt::format("it asks for '{}'; only speeds can be rendered", Shown(text)));
  }
  if (!std::isfinite(value) || value < 0) {
    return Fail(ErrorCode::kBadData, fmt::format("'{}' is no speed", Shown(text)));
  }
  return value >= kMaxListSpeed ? 0.0 : value;
}

Result<TimelineList> CheckedList(TimelineList list) {
  Timeline& timeline = list.timeline;
  if (timeline.clips.empty()) {
    return Fail(ErrorCode::kBadData, "it keeps nothing of its source");
  }
  std::int64_t total = 0;
  for (std::size_t i = 0; i < timeline.clips.size(); ++i) {
    const Clip& clip = timeline.clips[i];
    const auto bad = [&](std::string_view what) {
      return Fail(ErrorCode::kBadData, fmt::format("clip {} {}", i + 1, what));
    };
    if (clip.begin < 0 || clip.end <= clip.begin) return bad("does not end after its begin");
    if (clip.end > kMaxListTicks) return bad("ends past 2^53 ticks");
    if (clip.end > timeline.n_ticks) {
      return bad(fmt::format("ends at {}, behind the end of the source at {}", clip.end,
                             timeline.n_ticks));
    }
    if (!(clip.speed >= kMinListSpeed && clip.speed < kMaxListSpeed)) {
      return bad(fmt::format("has the speed {}; speeds are from {} to {}", clip.speed,
                             kMinListSpeed, kMaxListSpeed));
    }
    total += tidemark::OutputTicks(clip);
    if (total > kMaxListTicks) return bad("makes the output longer than 2^53 ticks");
  }
  return list;
}

}  // namespace tidemark::edit
