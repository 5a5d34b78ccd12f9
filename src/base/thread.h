// Thread: a joining thread with a stack of stated size, so that a plan can count it.
// The creator owns it; the destructor joins. The default of 8 MiB would break every ceiling.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <functional>

#include "base/result.h"

namespace tidemark {

class Thread {
 public:
  Thread() = default;
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  ~Thread() { Join(); }

  // Runs `body` on a new thread with signals blocked, save those its own faults raise.
  // kMemory where the kernel has no room for it. REQUIRES: not started before.
  Result<void> Start(std::size_t stack_bytes, std::function<void()> body);

  void Join();

 private:
  static void* Main(void* self);

  std::function<void()> body_;
  pthread_t handle_{};
  bool joinable_ = false;
};

}  // namespace tidemark
