// SMPTE timecode (ST 12-1): frames as "HH:MM:SS:FF", with ';' before the frames where numbers are
// dropped. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clip.h"

namespace tidemark::edit {

// How frames are numbered. Drop-frame leaves out the first 2 numbers (4 at 60, 8 at 120) of each
// minute but every tenth, so that 30000/1001 frames a second keep up with the clock.
struct TimecodeFormat {
  Timebase rate;            // as TimecodeRate() gives it
  bool drop_frame = false;  // only where the rate is a multiple of 30000/1001
};

// Drop-frame where the rate has it, else not.
TimecodeFormat UsualTimecode(Timebase rate);

// Frame 0 is 00:00:00:00. Past 24 hours the hours go on. REQUIRES: frame >= 0.
std::string FormatTimecode(std::int64_t frame, const TimecodeFormat& format);

// The frame of "HH:MM:SS:FF" (':', ';' or '.' before the frames), counted as `format` says.
// nullopt for anything else, and for numbers that do not exist in it.
std::optional<std::int64_t> ParseTimecode(std::string_view text, const TimecodeFormat& format);

}  // namespace tidemark::edit
