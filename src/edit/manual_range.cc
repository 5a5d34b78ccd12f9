#include "edit/manual_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "base/units.h"

namespace tidemark::edit {
namespace {

constexpr double kMaxFrames = 0x1p53;
constexpr double kMaxMarkSeconds = 1e9;

std::string_view OptionOf(ManualAction action) {
  switch (action) {
    case ManualAction::kKeep:
      return "--keep";
    case ManualAction::kCut:
      return "--cut";
    default:
      return "--set-speed";
  }
}

tl::unexpected<Error> BadMark(std::string_view text) {
  return Fail(ErrorCode::kUsage,
              fmt::format("'{}' is no moment; write 90, 2.5s, 10min, 1:02:03.5, a timecode "
                          "01:02:03:12, 25%, 120f (frames), start or end",
                          Printable(text)));
}

// A whole, positive number of frames.
std::optional<double> WholeFrames(std::string_view text) {
  const auto value = ParseNumber(text);
  if (!value || *value < 0 || *value != std::floor(*value) || *value > kMaxFrames) return {};
  return *value;
}

// "H:M:S:F", the seconds by ParseSeconds() and the frames behind the last colon.
std::optional<TimeMark> ParseTimecode(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const auto seconds = ParseSeconds(text.substr(0, colon));
  const auto frames = WholeFrames(text.substr(colon + 1));
  if (!seconds || !frames || *seconds != std::floor(*seconds)) return {};
  return TimeMark{.unit = TimeMark::Unit::kTimecode,
                  .value = *seconds,
                  .frames = static_cast<std::int64_t>(*frames)};
}

// Seconds, with the longer names of the units too.
std::optional<double> ParseLongSeconds(std::string_view text) {
  struct LongUnit {
    std::string_view name;
    std::string_view unit;
  };
  constexpr std::array<LongUnit, 10> kUnits = {{{"seconds", "s"},
                                                {"second", "s"},
                                                {"secs", "s"},
                                                {"sec", "s"},
                                                {"minutes", "m"},
                                                {"minute", "m"},
                                                {"mins", "m"},
                                                {"min", "m"},
                                                {"hours", "h"},
                                                {"hour", "h"}}};
  std::string plain(text);
  for (const LongUnit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    plain.resize(plain.size() - unit.name.size());
    plain += unit.unit;
    break;
  }
  const auto seconds = ParseSeconds(plain);
  if (!seconds || *seconds < 0 || *seconds > kMaxMarkSeconds) return {};
  return *seconds;
}

// Without the minus.
std::optional<TimeMark> ParseMagnitude(std::string_view text, BareNumber bare) {
  using Unit = TimeMark::Unit;
  if (text.ends_with('%')) {
    const auto percent = ParseNumber(text.substr(0, text.size() - 1));
    if (!percent || !(*percent >= 0 && *percent <= 100)) return {};
    return TimeMark{.unit = Unit::kPercent, .value = *percent};
  }
  const bool is_bare = bare == BareNumber::kFrames && ParseNumber(text).has_value();
  if (is_bare || text.ends_with('f')) {
    const auto frames = WholeFrames(is_bare ? text : text.substr(0, text.size() - 1));
    if (!frames) return {};
    return TimeMark{.unit = Unit::kFrames, .value = *frames};
  }
  if (std::ranges::count(text, ':') == 3) return ParseTimecode(text);
  const auto seconds = ParseLongSeconds(text);
  if (!seconds) return {};
  return TimeMark{.unit = Unit::kSeconds, .value = *seconds};
}

// Where a mark lies; may be before 0 or behind the end.
Result<std::int64_t> TickOf(const TimeMark& mark, const std::string& text, Timebase timebase,
                            std::int64_t n_ticks) {
  using Unit = TimeMark::Unit;
  const double rate_hz = static_cast<double>(timebase.num) / static_cast<double>(timebase.den);
  if ((mark.unit == Unit::kFrames || mark.unit == Unit::kTimecode) && rate_hz > kMaxFrameRate) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: there are no frames without video; write seconds", text));
  }
  // Farther than any recording, and small enough for what follows.
  constexpr double kFarthest = 0x1p50;
  const double value = std::clamp(mark.value, -kFarthest, kFarthest);
  std::int64_t tick = 0;
  switch (mark.unit) {
    case Unit::kSeconds:
      tick = NearestTick(value, timebase);
      break;
    case Unit::kPercent:
      tick = std::llround(
          std::clamp(static_cast<double>(n_ticks) * value / 100, -kFarthest, kFarthest));
      break;
    case Unit::kFrames:
      tick = static_cast<std::int64_t>(value);
      break;
    case Unit::kTimecode: {
      // A timecode counts whole frames: at 29.97 its second has 30 of them.
      const std::int64_t per_second = std::llround(rate_hz);
      if (mark.frames >= per_second) {
        return Fail(ErrorCode::kUsage,
                    fmt::format("{}: a second has only {} frames here", text, per_second));
      }
      tick = static_cast<std::int64_t>(value) * per_second + mark.frames;
      break;
    }
  }
  return mark.from_end ? n_ticks - tick : tick;
}

Result<Range> PlaceRange(const ManualRange& manual, Timebase timebase, std::int64_t n_ticks) {
  Range range;
  TM_TRY_ASSIGN(range.begin, TickOf(manual.begin, manual.text, timebase, n_ticks));
  TM_TRY_ASSIGN(range.end, TickOf(manual.end, manual.text, timebase, n_ticks));
  if (range.end < range.begin) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: it ends before it starts; write START,END", manual.text));
  }
  if (range.begin >= n_ticks) {
    return Fail(ErrorCode::kUsage, fmt::format("{}: it starts behind the end, at {}", manual.text,
                                               FormatDuration(timebase.Seconds(n_ticks))));
  }
  range.begin = std::max<std::int64_t>(range.begin, 0);
  range.end = std::min(range.end, n_ticks);
  if (range.end <= range.begin) {
    return Fail(ErrorCode::kUsage, fmt::format("{}: nothing lies between", manual.text));
  }
  return range;
}

}  // namespace

Result<TimeMark> ParseTimeMark(std::string_view text, BareNumber bare) {
  if (text == "start") return TimeMark{};
  if (text == "end") return TimeMark{.from_end = true};
  const bool from_end = text.starts_with('-');
  const std::string_view magnitude = from_end ? text.substr(1) : text;
  std::optional<TimeMark> mark = ParseMagnitude(magnitude, bare);
  if (!mark) return BadMark(text);
  mark->from_end = from_end;
  return *mark;
}

Result<ManualRange> ParseManualRange(std::string_view text, ManualAction action, BareNumber bare) {
  ManualRange range;
  range.action = action;
  range.text = fmt::format("{} {}", OptionOf(action), Printable(text));
  const bool has_speed = action == ManualAction::kSetSpeed;
  const std::string_view wanted = has_speed ? "START,END,SPEED" : "START,END";
  if (std::ranges::count(text, ',') != (has_speed ? 2 : 1)) {
    return Fail(ErrorCode::kUsage, fmt::format("{}: write {}", range.text, wanted));
  }
  const auto prefixed = [&range](const Error& error) {
    return Fail(error.code, fmt::format("{}: {}", range.text, error.message));
  };
  const std::size_t comma = text.find(',');
  const auto begin = ParseTimeMark(text.substr(0, comma), bare);
  if (!begin) return prefixed(begin.error());
  text.remove_prefix(comma + 1);
  const auto end = ParseTimeMark(text.substr(0, text.find(',')), bare);
  if (!end) return prefixed(end.error());
  range.begin = *begin;
  range.end = *end;
  if (!has_speed) return range;
  const auto speed = ParseNumber(text.substr(text.find(',') + 1));
  if (!speed || !(*speed >= kMinSpeed && *speed <= kMaxSpeed)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: the speed must be {} to {}", range.text, kMinSpeed, kMaxSpeed));
  }
  range.speed = *speed;
  return range;
}

Result<std::vector<PlacedRange>> PlaceManualRanges(std::span<const ManualRange> ranges,
                                                   double loud_speed, Timebase timebase,
                                                   std::int64_t n_ticks) {
  if (ranges.size() > kMaxManualRanges) {
    return Fail(ErrorCode::kUsage, fmt::format("there are more than {} ranges of --keep, --cut "
                                               "and --set-speed",
                                               kMaxManualRanges));
  }
  std::vector<std::pair<PlacedRange, const ManualRange*>> placed;
  placed.reserve(ranges.size());
  for (const ManualRange& manual : ranges) {
    Range range;
    TM_TRY_ASSIGN(range, PlaceRange(manual, timebase, n_ticks));
    std::optional<double> speed;
    if (manual.action != ManualAction::kCut) {
      speed = manual.action == ManualAction::kKeep ? loud_speed : manual.speed;
    }
    placed.push_back({{range, speed}, &manual});
  }
  std::ranges::sort(placed, {}, [](const auto& pair) { return pair.first.range.begin; });
  std::vector<PlacedRange> result;
  result.reserve(placed.size());
  for (std::size_t i = 0; i < placed.size(); ++i) {
    if (i > 0 && placed[i].first.range.begin < placed[i - 1].first.range.end) {
      return Fail(ErrorCode::kUsage,
                  fmt::format("{} and {} overlap; say one thing of each moment",
                              placed[i - 1].second->text, placed[i].second->text));
    }
    result.push_back(placed[i].first);
  }
  return result;
}

std::size_t PlaceManualRangesBytes(std::size_t n) {
  return n * (sizeof(std::pair<PlacedRange, const ManualRange*>) + sizeof(PlacedRange));
}

}  // namespace tidemark::edit
