#include "memory/proc_text.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace tidemark::memory {

std::optional<std::string_view> ReadProcText(const char* path, std::span<char> buffer) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t got = read(fd, buffer.data() + filled, buffer.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      close(fd);
      return std::nullopt;
    }
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  close(fd);
  return std::string_view(buffer.data(), filled);
}

std::optional<std::uint64_t> ProcNumber(std::string_view text, std::string_view key) {
  for (std::size_t at = 0; at < text.size();) {
    std::string_view line = text.substr(at, text.find('\n', at) - at);
    at += line.size() + 1;
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    const std::size_t digits = line.find_first_not_of(" \t");
    if (digits == std::string_view::npos) continue;
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(line.data() + digits, line.data() + line.size(), value);
    if (error == std::errc()) return value;
  }
  return std::nullopt;
}

}  // namespace tidemark::memory
