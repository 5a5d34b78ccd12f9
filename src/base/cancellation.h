// Cancellation: one request to stop, seen by every stage. Owned by main (or by a server's job)
// and handed down by reference. Request() is safe in a signal handler and from any thread.
#pragma once

#include <atomic>

namespace tidemark {

class Cancellation {
 public:
  Cancellation();
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;
  ~Cancellation();

  void Request();
  [[nodiscard]] bool requested() const { return requested_.load(std::memory_order_relaxed); }

  // A descriptor that turns readable once Request() was called, for poll() beside a pipe that
  // may never deliver; -1 where the kernel gave none. Owned by this object.
  [[nodiscard]] int fd() const { return fd_; }

 private:
  static_assert(std::atomic<bool>::is_always_lock_free);
  std::atomic<bool> requested_ = false;
  int fd_ = -1;
};

}  // namespace tidemark
