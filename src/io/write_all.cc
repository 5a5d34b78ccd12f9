#include "io/write_all.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "io/write_error.h"

namespace tidemark::io {
namespace {

// How long a reader of a FIFO may wait for us.
constexpr int kLookAgain_ms = 20;
constexpr int kForever_ms = -1;

bool IsRequested(const Cancellation* cancellation) {
  return cancellation != nullptr && cancellation->requested();
}

// Until the descriptor (-1: none) takes bytes, the time is over or the user interrupts. What else
// may end it, the next call meets and names.
void Await(int fd, const Cancellation* cancellation, int most_ms) {
  const int cancel_fd = cancellation != nullptr ? cancellation->fd() : -1;  // -1: not polled
  std::array<pollfd, 2> polled{{{fd, POLLOUT, 0}, {cancel_fd, POLLIN, 0}}};
  ::poll(polled.data(), polled.size(), most_ms);
}

}  // namespace

int WriteAll(int fd, std::span<const std::byte> bytes, const Cancellation* cancellation) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return errno;  // poll() would wait for ever for no descriptor
  const bool is_file = S_ISREG(status.st_mode);
  const bool blocks = (::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
  // So much room is there where poll() finds any: a blocking write of more would wait for the rest.
  const std::size_t most = is_file || !blocks ? SSIZE_MAX : PIPE_BUF;
  while (!bytes.empty()) {
    if (!is_file) Await(fd, cancellation, kForever_ms);
    if (IsRequested(cancellation)) return ECANCELED;
    const ssize_t n = ::write(fd, bytes.data(), std::min(bytes.size(), most));
    if (n < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) continue;
    if (n <= 0) return n < 0 ? errno : ENOSPC;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return 0;
}

UniqueFd ReopenPipe(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0 || !S_ISFIFO(status.st_mode)) return {};
  std::array<char, 32> path{};
  *fmt::format_to_n(path.data(), path.size() - 1, "/proc/self/fd/{}", fd).out = '\0';
  return UniqueFd(::open(path.data(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

Result<UniqueFd> OpenInPlace(const std::string& path, const Cancellation* cancellation) {
  for (;;) {
    // A blocking open() of a FIFO would be deaf to an interrupt that came just before it.
    UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (fd.valid()) return fd;
    const int error = errno;
    struct stat status{};
    const bool nobody_reads =
        error == ENXIO && ::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
    if (!nobody_reads && error != EINTR) return CannotWrite(path, error);
    Await(-1, cancellation, kLookAgain_ms);
    if (IsRequested(cancellation)) return CannotWrite(path, ECANCELED);
  }
}

}  // namespace tidemark::io
