#include "memory/meter.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "memory/proc_text.h"

namespace tidemark::memory {

ProcessMemory ReadProcessMemory() {
  std::array<char, 4096> buffer;
  const auto status = ReadProcText("/proc/self/status", buffer);
  if (!status) return {};
  const auto bytes = [&](std::string_view key) {
    return ProcNumber(*status, key).value_or(0) * 1024;
  };
  return {.rss_bytes = bytes("VmRSS:"),
          .anon_bytes = bytes("RssAnon:"),
          .file_bytes = bytes("RssFile:") + bytes("RssShmem:"),
          .peak_rss_bytes = bytes("VmHWM:"),
          .data_bytes = bytes("VmData:")};
}

bool ResetPeakRss() {
  const int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool done = write(fd, "5", 1) == 1;
  close(fd);
  return done;
}

}  // namespace tidemark::memory
