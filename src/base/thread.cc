#include "base/thread.h"

#include <fmt/format.h>

#include <cassert>
#include <csignal>
#include <cstring>

namespace tidemark {

Result<void> Thread::Start(std::size_t stack_bytes, std::function<void()> body) {
  assert(!joinable_);
  body_ = std::move(body);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  // What the thread's own instructions raise must stay open: blocked, it ends the process.
  for (const int own : {SIGBUS, SIGSEGV, SIGFPE, SIGILL}) sigdelset(&all, own);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = pthread_create(&handle_, &attributes, &Thread::Main, this);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    return Fail(ErrorCode::kMemory,
                fmt::format("cannot start a thread: {}; try --threads 1", std::strerror(error)));
  }
  joinable_ = true;
  return {};
}

void Thread::Join() {
  if (!joinable_) return;
  pthread_join(handle_, nullptr);
  joinable_ = false;
}

void* Thread::Main(void* self) {
  static_cast<Thread*>(self)->body_();
  return nullptr;
}

}  // namespace tidemark
