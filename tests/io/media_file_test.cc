#include "io/media_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "tests/io/test_files.h"

namespace tidemark::io {
namespace {

class MediaFileTest : public ::testing::Test {
 protected:
  std::string Fifo() {
    std::string path = dir_ / "fifo";
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    return path;
  }
  testing::TempDir dir_;
  std::vector<std::byte> bytes_ = std::vector<std::byte>(200'000, std::byte{7});
};

TEST_F(MediaFileTest, WritesAFifoInPlaceAndEndsItOnce) {
  const std::string path = Fifo();
  std::string read;
  std::thread reader([&] {
    std::ifstream file(path, std::ios::binary);
    read.assign(std::istreambuf_iterator<char>(file), {});
  });
  auto file = MediaFile::Create(path, false, nullptr);
  EXPECT_TRUE(file);
  EXPECT_FALSE((*file)->seekable());
  EXPECT_TRUE((*file)->WriteAt(0, bytes_));
  EXPECT_EQ((*file)->size(), 200'000);
  EXPECT_TRUE((*file)->Commit());
  reader.join();
  EXPECT_EQ(read, std::string(200'000, '\7'));
  EXPECT_TRUE(std::filesystem::is_fifo(path));
}

TEST_F(MediaFileTest, EndsWaitingForSpaceInAPipeOnceInterruptedAndStaysSo) {
  const std::string path = Fifo();
  const UniqueFd nobody(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  Cancellation cancellation;
  auto file = MediaFile::Create(path, false, &cancellation);
  ASSERT_TRUE(file);
  Result<void> written;
  std::thread writer([&] { written = (*file)->WriteAt(0, bytes_); });
  cancellation.Request();
  writer.join();
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kCancelled);
  const auto done = (*file)->Commit();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCancelled);
}

TEST_F(MediaFileTest, EndsWaitingForTheReaderOfAFifoOnceInterrupted) {
  Cancellation cancellation;
  cancellation.Request();
  const auto file = MediaFile::Create(Fifo(), false, &cancellation);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kCancelled);
}

TEST_F(MediaFileTest, AppendsWhatTheKernelCopies) {
  testing::WriteBytes(dir_ / "from", bytes_);
  const UniqueFd from(::open((dir_ / "from").c_str(), O_RDONLY | O_CLOEXEC));
  auto file = MediaFile::Create(dir_ / "to", false, nullptr);
  ASSERT_TRUE(file);
  const std::vector<std::byte> head(100, std::byte{1});
  ASSERT_TRUE((*file)->WriteAt(0, head));
  const auto n = (*file)->CopyFrom(from.get(), 50, 1000);
  ASSERT_TRUE(n);
  if (*n == 0) GTEST_SKIP() << "this file system does not copy by itself";
  EXPECT_EQ((*file)->size(), 100 + *n);
  ASSERT_TRUE((*file)->WriteAt((*file)->size(), head));
  ASSERT_TRUE((*file)->Commit());
  const auto read = testing::ReadBytes(dir_ / "to");
  ASSERT_EQ(read.size(), static_cast<std::size_t>(200 + *n));
  EXPECT_EQ(read[99], std::byte{1});
  EXPECT_EQ(read[100], std::byte{7});
  EXPECT_EQ(read[read.size() - 101], std::byte{7});
  EXPECT_EQ(read[read.size() - 100], std::byte{1});
}

}  // namespace
}  // namespace tidemark::io
