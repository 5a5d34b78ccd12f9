#include "io/at_offset.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>

#include "io/unique_fd.h"
#include "tests/io/test_files.h"

namespace tidemark::io {
namespace {

TEST(AtOffset, WritesAndReadsInTheMiddle) {
  const testing::TempFile file;
  const UniqueFd fd(open(file.path().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const std::array<std::byte, 3> in = {std::byte{1}, std::byte{2}, std::byte{3}};
  ASSERT_EQ(WriteAt(fd.get(), in, 10), 0);
  std::array<std::byte, 3> out{};
  EXPECT_EQ(ReadAt(fd.get(), out, 10), 0);
  EXPECT_EQ(out, in);
  EXPECT_EQ(ReadAt(fd.get(), out, 11), EIO);
}

TEST(AtOffset, ReturnsTheErrnoOfWhatFailed) {
  const testing::TempFile file;
  const UniqueFd fd(open(file.path().c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0600));
  const std::array<std::byte, 1> in{};
  EXPECT_EQ(WriteAt(fd.get(), in, 0), EBADF);
}

}  // namespace
}  // namespace tidemark::io
