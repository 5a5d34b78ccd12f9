#include "base/cancellation.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace tidemark {

Cancellation::Cancellation() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Cancellation::Cancellation(const Cancellation* outer) : Cancellation() {
  outer_ = outer;
  any_fd_ = epoll_create1(EPOLL_CLOEXEC);
  for (const int fd : {fd_, outer->fd()}) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    if (any_fd_ >= 0 && fd >= 0) epoll_ctl(any_fd_, EPOLL_CTL_ADD, fd, &event);
  }
}

Cancellation::~Cancellation() {
  if (any_fd_ >= 0) close(any_fd_);
  if (fd_ >= 0) close(fd_);
}

void Cancellation::Request() {
  const int saved_errno = errno;
  requested_.store(true, std::memory_order_relaxed);
  const std::uint64_t one = 1;
  // A full counter already wakes every poll(), so a failed write loses nothing.
  [[maybe_unused]] const ssize_t written = write(fd_, &one, sizeof(one));
  errno = saved_errno;
}

}  // namespace tidemark
