#include "cli/message.h"

#include <unistd.h>

#include <array>
#include <cstddef>
#include <span>

#include "io/write_all.h"

namespace tidemark::cli {
namespace {

bool Print(int fd, std::string_view text) {
  return io::WriteAll(fd, std::as_bytes(std::span(text)), nullptr) == 0;
}

}  // namespace

void PrintMessage(std::string_view text) {
  // One write per message where it fits, and no allocation: the message may be about memory.
  std::array<char, 1024> line;
  std::size_t n = 0;
  const auto put = [&](std::string_view part) {
    for (const char c : part) {
      if (n == line.size() - 1) {
        Print(STDERR_FILENO, {line.data(), n});
        n = 0;
      }
      line[n++] = c == '\n' ? ' ' : c;
    }
  };
  put("tidemark: ");
  put(text);
  line[n++] = '\n';
  Print(STDERR_FILENO, {line.data(), n});
}

bool PrintOut(std::string_view text) { return Print(STDOUT_FILENO, text); }

}  // namespace tidemark::cli
