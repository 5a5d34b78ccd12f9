#include "io/bus_error_guard.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/io/test_files.h"

namespace tidemark::io {
namespace {

using testing::TempFile;

constexpr std::size_t kPage = 65536;

// A map of one page of a file that has no bytes any more.
class DeadPage {
 public:
  DeadPage() : file_(std::vector<std::byte>(kPage)) {
    const int fd = ::open(file_.path().c_str(), O_RDONLY | O_CLOEXEC);
    page_ = ::mmap(nullptr, kPage, PROT_READ, MAP_SHARED, fd, 0);
    ::close(fd);
    EXPECT_NE(page_, MAP_FAILED);
    EXPECT_EQ(::truncate(file_.path().c_str(), 0), 0);
  }
  ~DeadPage() { ::munmap(page_, kPage); }
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return {static_cast<const std::byte*>(page_), kPage};
  }

 private:
  TempFile file_;
  void* page_;
};

void Touch(void* byte) { (void)*static_cast<const volatile char*>(byte); }

bool TouchGuarded(std::span<const std::byte> page) {
  return FinishesWithoutBusError(page, Touch, const_cast<std::byte*>(page.data()));
}

TEST(BusErrorGuard, TurnsTheSignalIntoAnAnswerAgainAndAgain) {
  InstallBusErrorGuard();
  const DeadPage dead;
  const std::vector<std::byte> alive(kPage);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(TouchGuarded(dead.bytes()));
    EXPECT_TRUE(TouchGuarded(alive));
  }
}

TEST(BusErrorGuard, GuardsEachThreadForItself) {
  InstallBusErrorGuard();
  std::atomic<int> survived = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&survived] {
      const DeadPage dead;
      const std::vector<std::byte> alive(kPage);
      for (int i = 0; i < 200; ++i) {
        if (!TouchGuarded(dead.bytes()) && TouchGuarded(alive)) ++survived;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(survived, 800);
}

#ifndef TIDEMARK_SANITIZED  // a sanitizer has a handler of its own, and exits
TEST(BusErrorGuardDeathTest, LeavesTheSignalFatalElsewhere) {
  EXPECT_EXIT(
      {
        InstallBusErrorGuard();
        const DeadPage dead;
        Touch(const_cast<std::byte*>(dead.bytes().data()));
      },
      ::testing::KilledBySignal(SIGBUS), "");
  EXPECT_EXIT(
      {
        InstallBusErrorGuard();
        ::raise(SIGBUS);
      },
      ::testing::KilledBySignal(SIGBUS), "");
}
#endif

TEST(BusErrorGuardDeathTest, PassesTheSignalOnToTheHandlerBefore) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        ::signal(SIGBUS, [](int) { ::_exit(7); });
        InstallBusErrorGuard();
        const DeadPage dead;
        Touch(const_cast<std::byte*>(dead.bytes().data()));
      },
      ::testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace tidemark::io
