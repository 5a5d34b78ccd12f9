#include "cli/message.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

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
  std::string line = "tidemark: " + std::string(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  WriteAll(STDERR_FILENO, line + '\n');
}

bool PrintOut(std::string_view text) { return WriteAll(STDOUT_FILENO, text); }

}  // namespace tidemark::cli
