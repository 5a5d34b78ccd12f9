#include "io/write_all.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include "tests/io/test_files.h"

namespace tidemark::io {
namespace {

constexpr std::size_t kMany = 1'000'003;

std::vector<std::byte> Pattern() {
  std::vector<std::byte> bytes(kMany);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 31 / 7);
  return bytes;
}

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    out = UniqueFd(ends[0]);
    in = UniqueFd(ends[1]);
  }
  std::vector<std::byte> ReadAll() const {
    std::vector<std::byte> bytes;
    std::vector<std::byte> piece(5000);
    while (const ssize_t n = ::read(out.get(), piece.data(), piece.size())) {
      if (n < 0) break;
      bytes.insert(bytes.end(), piece.begin(), piece.begin() + n);
    }
    return bytes;
  }
  // Until a writer that goes on and on has to wait.
  void AwaitFull() const {
    const int capacity = ::fcntl(out.get(), F_GETPIPE_SZ);
    for (int waiting = 0; waiting < capacity;) {
      ASSERT_EQ(::ioctl(out.get(), FIONREAD, &waiting), 0);
      std::this_thread::yield();
    }
  }
  UniqueFd out;
  UniqueFd in;
};

TEST(WriteAll, BringsAllToAReaderWhetherTheDescriptorBlocksOrNot) {
  for (const int flags : {O_WRONLY, O_WRONLY | O_NONBLOCK}) {
    Pipe pipe;
    ASSERT_EQ(::fcntl(pipe.in.get(), F_SETFL, flags), 0);
    const Cancellation cancellation;
    const auto bytes = Pattern();
    int error = -1;
    std::thread writer([&] {
      error = WriteAll(pipe.in.get(), bytes, &cancellation);
      EXPECT_EQ(::fcntl(pipe.in.get(), F_GETFL) & O_NONBLOCK, flags & O_NONBLOCK);
      pipe.in = UniqueFd();
    });
    const auto read = pipe.ReadAll();
    writer.join();
    EXPECT_EQ(error, 0);
    EXPECT_TRUE(read == bytes);
  }
}

TEST(WriteAll, EndsWaitingForAReaderOnceInterrupted) {
  const Pipe pipe;
  Cancellation cancellation;
  int error = 0;
  std::thread writer([&] { error = WriteAll(pipe.in.get(), Pattern(), &cancellation); });
  pipe.AwaitFull();
  cancellation.Request();
  writer.join();
  EXPECT_EQ(error, ECANCELED);
}

TEST(ReopenPipe, GivesTheSamePipeThatDoesNotBlockAndLeavesTheOtherAsItIs) {
  Pipe pipe;
  UniqueFd own = ReopenPipe(pipe.in.get());
  ASSERT_TRUE(own.valid());
  EXPECT_NE(::fcntl(own.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(::fcntl(pipe.in.get(), F_GETFL) & O_NONBLOCK, 0);
  const auto bytes = Pattern();
  int error = -1;
  std::thread writer([&] {
    error = WriteAll(own.get(), bytes, nullptr);
    own = UniqueFd();
    pipe.in = UniqueFd();
  });
  EXPECT_TRUE(pipe.ReadAll() == bytes);
  writer.join();
  EXPECT_EQ(error, 0);
}

TEST(ReopenPipe, IsForPipesAlone) {
  const testing::TempFile file;
  const UniqueFd fd(::open(file.path().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  EXPECT_FALSE(ReopenPipe(fd.get()).valid());
  EXPECT_FALSE(ReopenPipe(-1).valid());
}

TEST(WriteAll, WritesNothingAfterAnInterrupt) {
  Cancellation cancellation;
  cancellation.Request();
  Pipe pipe;
  EXPECT_EQ(WriteAll(pipe.in.get(), Pattern(), &cancellation), ECANCELED);
  pipe.in = UniqueFd();
  EXPECT_TRUE(pipe.ReadAll().empty());
  const testing::TempFile file;
  const UniqueFd fd(::open(file.path().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  EXPECT_EQ(WriteAll(fd.get(), Pattern(), &cancellation), ECANCELED);
  EXPECT_TRUE(testing::ReadBytes(file.path()).empty());
}

TEST(WriteAll, WritesFilesAndSaysWhatFailed) {
  const testing::TempFile file;
  const UniqueFd fd(::open(file.path().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  EXPECT_EQ(WriteAll(fd.get(), Pattern(), nullptr), 0);
  EXPECT_TRUE(testing::ReadBytes(file.path()) == Pattern());
  EXPECT_EQ(WriteAll(-1, Pattern(), nullptr), EBADF);
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(WriteAll(full.get(), Pattern(), nullptr), ENOSPC);
}

TEST(OpenInPlace, WaitsForTheReaderOfAFifo) {
  const testing::TempDir dir;
  const std::string path = dir / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::string read(5, '\0');
  std::thread reader([&] {
    const UniqueFd out(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(::read(out.get(), read.data(), read.size()), 5);
  });
  const Cancellation cancellation;
  const auto in = OpenInPlace(path, &cancellation);
  EXPECT_TRUE(in);
  EXPECT_EQ(WriteAll(in->get(), std::as_bytes(std::span("hello", 5)), &cancellation), 0);
  reader.join();
  EXPECT_EQ(read, "hello");
}

TEST(OpenInPlace, EndsWaitingForAReaderOnceInterrupted) {
  const testing::TempDir dir;
  const std::string path = dir / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  Cancellation cancellation;
  ErrorCode code = ErrorCode::kInternal;
  std::thread opener([&] {
    const auto opened = OpenInPlace(path, &cancellation);
    if (!opened) code = opened.error().code;
  });
  cancellation.Request();
  opener.join();
  EXPECT_EQ(code, ErrorCode::kCancelled);
}

TEST(OpenInPlace, NamesWhatItCannotOpen) {
  const testing::TempDir dir;
  const auto opened = OpenInPlace(dir / "absent", nullptr);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kIo);
  EXPECT_NE(opened.error().message.find("absent"), std::string::npos);
}

}  // namespace
}  // namespace tidemark::io
