// Small kernel text files (procfs, cgroupfs) read into the caller's buffer. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tidemark::memory {

// As much of the file as fits in `buffer`; nullopt where it cannot be opened or read.
std::optional<std::string_view> ReadProcText(const char* path, std::span<char> buffer);

// The number after "key" and blanks at the start of a line of `text`: "VmRSS:   1234 kB" -> 1234.
std::optional<std::uint64_t> ProcNumber(std::string_view text, std::string_view key);

}  // namespace tidemark::memory
