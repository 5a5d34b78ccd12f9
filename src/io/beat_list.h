// Lists of beat times in seconds as people and programs write them. Read whole, then parsed; any
// thread.
//
// Text: a beat a line, the time in its first column; columns end at a blank, a comma or '#'. Lines
// that are empty or begin with '#' are skipped. Audacity's label tracks are such text (their second
// lines, which begin with a backslash, are skipped too).
// JSON (text that begins with '[' or '{'): an array of numbers, or an object whose "beats" is such
// an array, null, or an object with a "list" of objects with "time_s", as in Tidemark's report.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"

namespace tidemark::io {

// A longer file is no list of beats. A report on a day of music is a fifth of it.
inline constexpr std::size_t kMaxBeatListBytes = 64 << 20;

// The times in `text`: finite, not negative, none smaller than the one before. No beat at all is
// valid. kBadData where anything else is found: what, and in which line or which beat. `name` is
// what the message calls the text.
Result<std::vector<double>> ParseBeatList(std::string_view text, const std::string& name);

// The same from a file or pipe; "-" is the standard input. kNoInput where it cannot be opened, kIo
// where reading fails, kBadData also where it has more than kMaxBeatListBytes. `cancellation`, if
// any, ends waiting for a pipe.
Result<std::vector<double>> ReadBeatList(const std::string& path,
                                         const Cancellation* cancellation = nullptr);

}  // namespace tidemark::io
