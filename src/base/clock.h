// Wall and processor time in seconds, for reports and progress; never for signal decisions.
#pragma once

#include <ctime>

namespace tidemark {

namespace internal {
inline double ReadClock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}
}  // namespace internal

// Monotonic; only differences mean anything.
inline double WallSeconds() { return internal::ReadClock(CLOCK_MONOTONIC); }

// User and system time of all threads of this process.
inline double ProcessCpuSeconds() { return internal::ReadClock(CLOCK_PROCESS_CPUTIME_ID); }

}  // namespace tidemark
