// Meter: what the kernel says this process uses, read without allocating. Any thread.
#pragma once

#include <cstdint>

namespace tidemark::memory {

struct ProcessMemory {
  std::uint64_t rss_bytes = 0;       // resident: anonymous + file-backed + shared
  std::uint64_t anon_bytes = 0;      // of which anonymous: what only we can give back
  std::uint64_t file_bytes = 0;      // of which file-backed: the kernel can reclaim it
  std::uint64_t peak_rss_bytes = 0;  // the highest rss since the start or ResetPeakRss()
  std::uint64_t data_bytes = 0;      // private writable mappings, what RLIMIT_DATA counts
};

// From /proc/self/status (proc(5)); all zero where /proc is not mounted.
ProcessMemory ReadProcessMemory();

// Makes the present resident size the peak (/proc/self/clear_refs, value 5). False where the
// kernel does not allow it: the peak then covers the whole process so far.
bool ResetPeakRss();

}  // namespace tidemark::memory
