#include "cli/message.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

namespace tidemark::cli {
namespace {

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

void PrintMessage(std::string_view text) {
  // One write per message where it fits, and no allocation: the message may be about memory.
  std::array<char, 1024> line;
  std::size_t n = 0;
  const auto put = [&](std::string_view part) {
    for (const char c : part) {
      if (n == line.size() - 1) {
        WriteAll(STDERR_FILENO, {line.data(), n});
        n = 0;
      }
      line[n++] = c == '\n' ? ' ' : c;
    }
  };
  put("tidemark: ");
  put(text);
  line[n++] = '\n';
  WriteAll(STDERR_FILENO, {line.data(), n});
}

bool PrintOut(std::string_view text) { return WriteAll(STDOUT_FILENO, text); }

}  // namespace tidemark::cli
