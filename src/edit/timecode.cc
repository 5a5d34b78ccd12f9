#include "edit/timecode.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "edit/frame_rate.h"

namespace tidemark::edit {
namespace {

// Numbers left out of a minute.
std::int64_t Dropped(const TimecodeFormat& format) {
  return format.drop_frame ? NominalRate(format.rate) / 15 : 0;
}

std::optional<std::int64_t> TwoDigits(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

TimecodeFormat UsualTimecode(Timebase rate) {
  return {rate, rate.den == 1001 && rate.num % 30'000 == 0};
}

std::string FormatTimecode(std::int64_t frame, const TimecodeFormat& format) {
  const std::int64_t nominal = NominalRate(format.rate);
  const std::int64_t dropped = Dropped(format);
  if (dropped > 0) {
    const std::int64_t per_minute = 60 * nominal - dropped;
    const std::int64_t per_ten_minutes = 10 * per_minute + dropped;
    const std::int64_t tens = frame / per_ten_minutes;
    const std::int64_t rest = frame % per_ten_minutes;
    // The first minute of ten has all its numbers.
    const std::int64_t minutes = rest < dropped ? 0 : (rest - dropped) / per_minute;
    frame += dropped * (9 * tens + minutes);
  }
  const std::int64_t seconds = frame / nominal;
  return fmt::format("{:02}:{:02}:{:02}{}{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                     format.drop_frame ? ';' : ':', frame % nominal);
}

std::optional<std::int64_t> ParseTimecode(std::string_view text, const TimecodeFormat& format) {
  constexpr std::size_t kLength = 11;
  constexpr std::string_view kFrameMarks = ":;.";
  if (text.size() != kLength || text[2] != ':' || text[5] != ':' ||
      kFrameMarks.find(text[8]) == std::string_view::npos) {
    return std::nullopt;
  }
  std::array<std::int64_t, 4> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = TwoDigits(text.substr(3 * i, 2));
    if (!part) return std::nullopt;
    parts[i] = *part;
  }
  const auto [hours, minutes, seconds, frames] = parts;
  const std::int64_t nominal = NominalRate(format.rate);
  const std::int64_t dropped = Dropped(format);
  const bool left_out = seconds == 0 && minutes % 10 != 0 && frames < dropped;
  if (minutes >= 60 || seconds >= 60 || frames >= nominal || left_out) return std::nullopt;
  const std::int64_t all_minutes = 60 * hours + minutes;
  return (60 * all_minutes + seconds) * nominal + frames -
         dropped * (all_minutes - all_minutes / 10);
}

}  // namespace tidemark::edit
