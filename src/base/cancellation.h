// Cancellation: one request to stop, seen by every stage. Owned by main (or by a server's job)
// and handed down by reference. Request() is safe in a signal handler and from any thread.
#pragma once

#include <atomic>

namespace tidemark {

class Cancellation {
 public:
  Cancellation();
  // One within another: requested with it, or alone. `outer` is borrowed; not null.
  explicit Cancellation(const Cancellation* outer);
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;
  ~Cancellation();

  void Request();
  [[nodiscard]] bool requested() const {
    return requested_.load(std::memory_order_relaxed) || (outer_ != nullptr && outer_->requested());
  }

  // A descriptor that turns readable once Request() was called, for poll() beside a pipe that
  // may never deliver; -1 where the kernel gave none. Owned by this object.
  [[nodiscard]] int fd() const { return any_fd_ >= 0 ? any_fd_ : fd_; }

 private:
  static_assert(std::atomic<bool>::is_always_lock_free);
  std::atomic<bool> requested_ = false;
  const Cancellation* outer_ = nullptr;
  int fd_ = -1;
  int any_fd_ = -1;  // readable with fd_ or the outer one's
};

}  // namespace tidemark
