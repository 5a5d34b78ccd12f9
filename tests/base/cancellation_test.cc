#include "base/cancellation.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <csignal>

#include "base/thread.h"

namespace tidemark {
namespace {

bool Readable(int fd) {
  pollfd poller{.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&poller, 1, 0) == 1;
}

TEST(Cancellation, WakesPollersOnceRequested) {
  Cancellation cancellation;
  EXPECT_FALSE(cancellation.requested());
  EXPECT_FALSE(Readable(cancellation.fd()));
  cancellation.Request();
  cancellation.Request();
  EXPECT_TRUE(cancellation.requested());
  EXPECT_TRUE(Readable(cancellation.fd()));
}

TEST(Cancellation, WithinAnotherIsRequestedWithItOrAlone) {
  Cancellation outer;
  Cancellation with_it(&outer);
  Cancellation alone(&outer);
  EXPECT_FALSE(Readable(alone.fd()));
  alone.Request();
  EXPECT_TRUE(alone.requested());
  EXPECT_TRUE(Readable(alone.fd()));
  EXPECT_FALSE(outer.requested());
  EXPECT_FALSE(with_it.requested());
  EXPECT_FALSE(Readable(with_it.fd()));
  outer.Request();
  EXPECT_TRUE(with_it.requested());
  EXPECT_TRUE(Readable(with_it.fd()));
}

Cancellation* signalled = nullptr;

TEST(Cancellation, MayBeRequestedByASignalHandler) {
  Cancellation cancellation;
  signalled = &cancellation;
  std::signal(SIGUSR1, [](int) { signalled->Request(); });
  std::raise(SIGUSR1);
  std::signal(SIGUSR1, SIG_DFL);
  EXPECT_TRUE(cancellation.requested());
}

TEST(Thread, RunsItsBodyAndJoins) {
  int value = 0;
  {
    Thread thread;
    ASSERT_TRUE(thread.Start(256 * 1024, [&] { value = 42; }));
  }
  EXPECT_EQ(value, 42);
}

TEST(Thread, LeavesSignalsToTheMainThread) {
  sigset_t mask;
  sigemptyset(&mask);
  Thread thread;
  ASSERT_TRUE(thread.Start(256 * 1024, [&] { pthread_sigmask(SIG_SETMASK, nullptr, &mask); }));
  thread.Join();
  EXPECT_EQ(sigismember(&mask, SIGINT), 1);
  EXPECT_EQ(sigismember(&mask, SIGBUS), 0);
}

TEST(Thread, SaysSoWhenTheKernelHasNoRoom) {
  Thread thread;
  const auto started = thread.Start(std::size_t{1} << 50, [] {});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kMemory);
}

}  // namespace
}  // namespace tidemark
