// Quantities as people write them, and back: byte sizes, durations, levels.
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tidemark {

inline constexpr std::uint64_t kKiB = 1024;
inline constexpr std::uint64_t kMiB = 1024 * kKiB;
inline constexpr std::uint64_t kGiB = 1024 * kMiB;

// "24M", "1.5G", "65536", "512KiB": binary multiples, an optional "B" or "iB". kUsage otherwise.
Result<std::uint64_t> ParseBytes(std::string_view text);

// Seconds from "90", "2.5s", "250ms", "10m", "1.5h", "1:30", "1:02:03.5". Never negative unless
// `text` starts with '-'. kUsage otherwise.
Result<double> ParseSeconds(std::string_view text);

// A whole number or decimal in full, in the C locale; kUsage where anything else stands there.
Result<double> ParseNumber(std::string_view text);

// "14.2 MiB", "512 B".
std::string FormatBytes(std::uint64_t bytes);

// "1:02:03.5" from 3723.5; "0:20.0" from 20.
std::string FormatDuration(double seconds);

}  // namespace tidemark
