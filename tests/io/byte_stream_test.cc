#include "io/byte_stream.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "io/file_stream.h"
#include "io/pipe_stream.h"
#include "tests/io/test_files.h"

namespace tidemark::io {
namespace {

using testing::TempDir;
using testing::TempFile;
using testing::WriteBytes;

// Bytes whose values tell their place.
std::vector<std::byte> Pattern(std::size_t n) {
  std::vector<std::byte> bytes(n);
  for (std::size_t i = 0; i < n; ++i) bytes[i] = static_cast<std::byte>(i * 7 + i / 256);
  return bytes;
}

std::vector<std::byte> ReadSome(ByteStream& stream, std::size_t n) {
  std::vector<std::byte> out(n);
  const auto got = stream.Read(out);
  EXPECT_TRUE(got.has_value());
  out.resize(got.value_or(0));
  return out;
}

std::vector<std::byte> Slice(const std::vector<std::byte>& bytes, std::size_t start,
                             std::size_t n) {
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(start);
  return {begin, begin + static_cast<std::ptrdiff_t>(n)};
}

// A pipe that a thread fills with `bytes`.
class FilledPipe {
 public:
  explicit FilledPipe(const std::vector<std::byte>& bytes) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    read_end_ = UniqueFd(ends[0]);
    writer_ = std::thread([&bytes, fd = UniqueFd(ends[1])] {
      std::size_t done = 0;
      while (done < bytes.size()) {
        const ssize_t n = ::write(fd.get(), bytes.data() + done, bytes.size() - done);
        if (n <= 0) return;
        done += static_cast<std::size_t>(n);
      }
    });
  }
  ~FilledPipe() { writer_.join(); }
  UniqueFd TakeReadEnd() { return std::move(read_end_); }

 private:
  UniqueFd read_end_;
  std::thread writer_;
};

// Puts another descriptor in the place of standard input for a while.
class StandardInput {
 public:
  explicit StandardInput(int fd) : saved_(::dup(STDIN_FILENO)) { ::dup2(fd, STDIN_FILENO); }
  ~StandardInput() {
    if (saved_.valid()) ::dup2(saved_.get(), STDIN_FILENO);
  }

 private:
  UniqueFd saved_;
};

TEST(ByteStream, ReadsAFileFromAnyPlace) {
  const auto bytes = Pattern(1000);
  const TempFile file(bytes);
  auto stream = OpenByteStream(file.path());
  ASSERT_TRUE(stream.has_value());
  EXPECT_EQ((*stream)->size(), 1000);
  EXPECT_TRUE((*stream)->seekable());
  EXPECT_GE((*stream)->mappable_fd(), 0);
  EXPECT_EQ(ReadSome(**stream, 10), Slice(bytes, 0, 10));
  ASSERT_TRUE((*stream)->Seek(990).has_value());
  EXPECT_EQ(ReadSome(**stream, 100), Slice(bytes, 990, 10));
  EXPECT_EQ((*stream)->position(), 1000);
  ASSERT_TRUE((*stream)->Seek(5000).has_value());
  EXPECT_TRUE(ReadSome(**stream, 1).empty());
  EXPECT_FALSE((*stream)->Seek(-1).has_value());
}

TEST(ByteStream, SaysWhyAPathIsNoInput) {
  const TempDir dir;
  const auto absent = OpenByteStream(dir / "absent.wav");
  ASSERT_FALSE(absent.has_value());
  EXPECT_EQ(absent.error().code, ErrorCode::kNoInput);
  EXPECT_NE(absent.error().message.find("absent.wav: No such file"), std::string::npos);

  const auto folder = OpenByteStream(dir.path());
  ASSERT_FALSE(folder.has_value());
  EXPECT_EQ(folder.error().code, ErrorCode::kNoInput);
  EXPECT_NE(folder.error().message.find("a directory"), std::string::npos);

  const auto device = OpenByteStream("/dev/zero");
  ASSERT_FALSE(device.has_value());
  EXPECT_EQ(device.error().code, ErrorCode::kNoInput);
  EXPECT_NE(device.error().message.find("a character device"), std::string::npos);
}

TEST(ByteStream, SaysThatAFileMayNotBeRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TempFile file(Pattern(1));
  ASSERT_EQ(::chmod(file.path().c_str(), 0), 0);
  const auto stream = OpenByteStream(file.path());
  ASSERT_FALSE(stream.has_value());
  EXPECT_EQ(stream.error().code, ErrorCode::kNoInput);
}

TEST(ByteStream, RefusesASocketOnDisk) {
  const TempDir dir;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (dir / "s").copy(address.sun_path, sizeof address.sun_path - 1);
  const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const auto stream = OpenByteStream(dir / "s");
  ASSERT_FALSE(stream.has_value());
  EXPECT_EQ(stream.error().code, ErrorCode::kNoInput);
}

TEST(ByteStream, TakesAFileOnStandardInputForAFile) {
  const auto bytes = Pattern(500);
  const TempFile file(bytes);
  const UniqueFd fd(::open(file.path().c_str(), O_RDONLY | O_CLOEXEC));
  const StandardInput redirected(fd.get());
  auto stream = OpenByteStream("-");
  ASSERT_TRUE(stream.has_value());
  EXPECT_TRUE((*stream)->seekable());
  EXPECT_EQ(ReadSome(**stream, 600), bytes);
}

TEST(ByteStream, GoesOnWhereAnotherReaderOfStandardInputStopped) {
  const auto bytes = Pattern(500);
  const TempFile file(bytes);
  const UniqueFd fd(::open(file.path().c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(::lseek(fd.get(), 100, SEEK_SET), 100);
  const StandardInput redirected(fd.get());
  auto stream = OpenByteStream("-");
  ASSERT_TRUE(stream.has_value());
  EXPECT_FALSE((*stream)->seekable());
  EXPECT_EQ(ReadSome(**stream, 600), Slice(bytes, 100, 400));
}

TEST(ByteStream, ReadsASocketOnStandardInput) {
  const auto bytes = Pattern(300);
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const UniqueFd near(ends[0]);
  {
    const UniqueFd far(ends[1]);
    ASSERT_EQ(::write(far.get(), bytes.data(), bytes.size()), 300);
  }
  const StandardInput redirected(near.get());
  auto stream = OpenByteStream("-");
  ASSERT_TRUE(stream.has_value());
  EXPECT_FALSE((*stream)->size().has_value());
  EXPECT_EQ(ReadSome(**stream, 400), bytes);
}

TEST(ByteStream, RefusesFoldersAndWriteOnlyFilesOnStandardInput) {
  const TempDir dir;
  const UniqueFd folder(::open(dir.path().c_str(), O_RDONLY | O_CLOEXEC));
  {
    const StandardInput redirected(folder.get());
    const auto stream = OpenByteStream("-");
    ASSERT_FALSE(stream.has_value());
    EXPECT_EQ(stream.error().code, ErrorCode::kNoInput);
  }
  const UniqueFd output(::open((dir / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const StandardInput redirected(output.get());
  const auto stream = OpenByteStream("-");
  ASSERT_FALSE(stream.has_value());
  EXPECT_EQ(stream.error().code, ErrorCode::kNoInput);
}

TEST(OpenDescriptor, ReadsFilesAndPipesAndLeavesTheDescriptorOpen) {
  const auto bytes = Pattern(5000);
  const TempFile file;
  WriteBytes(file.path(), bytes);
  const UniqueFd fd(::open(file.path().c_str(), O_RDONLY | O_CLOEXEC));
  {
    const auto stream = OpenDescriptor(fd.get(), "song");
    ASSERT_TRUE(stream);
    EXPECT_EQ(ReadSome(**stream, 5000), bytes);
  }
  ASSERT_EQ(::lseek(fd.get(), 100, SEEK_SET), 100);
  const auto rest = OpenDescriptor(fd.get(), "song");
  ASSERT_TRUE(rest);
  EXPECT_EQ(ReadSome(**rest, 10), Slice(bytes, 100, 10));
  const auto none = OpenDescriptor(-1, "song");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNoInput);
  EXPECT_NE(none.error().message.find("song"), std::string::npos);
}

TEST(ByteStream, WaitsForTheWriterOfANamedPipeUntilInterrupted) {
  const TempDir dir;
  const std::string path = dir / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  Cancellation cancellation;
  const auto stream = OpenByteStream(path, &cancellation);
  ASSERT_TRUE(stream);
  std::thread interrupter([&] { cancellation.Request(); });
  std::vector<std::byte> out(10);
  const auto got = (*stream)->Read(out);
  interrupter.join();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::kCancelled);
}

TEST(ByteStream, ReadsANamedPipe) {
  const TempDir dir;
  const auto bytes = Pattern(100'000);
  ASSERT_EQ(::mkfifo((dir / "fifo").c_str(), 0600), 0);
  std::thread writer([&] { WriteBytes(dir / "fifo", bytes); });
  auto stream = OpenByteStream(dir / "fifo");
  ASSERT_TRUE(stream.has_value());
  EXPECT_FALSE((*stream)->seekable());
  EXPECT_EQ((*stream)->mappable_fd(), -1);
  EXPECT_EQ(ReadSome(**stream, 200'000), bytes);
  writer.join();
}

TEST(PipeStream, GoesBackWhileTheReplayWindowLasts) {
  const auto bytes = Pattern(kReplayBytes + 10);
  FilledPipe pipe(bytes);
  auto stream = PipeStream::Create(pipe.TakeReadEnd(), "pipe");
  EXPECT_EQ(ReadSome(*stream, 100), Slice(bytes, 0, 100));
  ASSERT_TRUE(stream->Seek(10).has_value());
  EXPECT_EQ(ReadSome(*stream, 200), Slice(bytes, 10, 200));
  EXPECT_EQ(ReadSome(*stream, kReplayBytes - 210), Slice(bytes, 210, kReplayBytes - 210));
  ASSERT_TRUE(stream->Seek(0).has_value());
  EXPECT_EQ(ReadSome(*stream, kReplayBytes), Slice(bytes, 0, kReplayBytes));
  EXPECT_EQ(ReadSome(*stream, 1), Slice(bytes, kReplayBytes, 1));
  const auto back = stream->Seek(0);
  ASSERT_FALSE(back.has_value());
  EXPECT_EQ(back.error().code, ErrorCode::kIo);
  EXPECT_EQ(ReadSome(*stream, 20), Slice(bytes, kReplayBytes + 1, 9));
}

TEST(PipeStream, SkipsAheadByReadingOn) {
  const auto bytes = Pattern(3 * kReplayBytes);
  FilledPipe pipe(bytes);
  auto stream = PipeStream::Create(pipe.TakeReadEnd(), "pipe");
  ASSERT_TRUE(stream->Seek(2 * kReplayBytes + 5).has_value());
  EXPECT_EQ(ReadSome(*stream, 50), Slice(bytes, 2 * kReplayBytes + 5, 50));
  ASSERT_TRUE(stream->Seek(9 * kReplayBytes).has_value());
  EXPECT_TRUE(ReadSome(*stream, 1).empty());
}

TEST(PipeStream, WaitsOnANonBlockingPipe) {
  const auto bytes = Pattern(200'000);
  FilledPipe pipe(bytes);
  UniqueFd fd = pipe.TakeReadEnd();
  ASSERT_EQ(::fcntl(fd.get(), F_SETFL, O_NONBLOCK), 0);
  auto stream = PipeStream::Create(std::move(fd), "pipe");
  EXPECT_EQ(ReadSome(*stream, 300'000), bytes);
}

}  // namespace
}  // namespace tidemark::io
