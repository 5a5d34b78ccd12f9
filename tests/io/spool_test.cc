#include "io/spool.h"

#include <gtest/gtest.h>

#include <cstring>

#include "io/spooled_stream.h"
#include "tests/io/memory_stream.h"
#include "tests/io/test_files.h"

namespace tidemark::testing {
namespace {

std::vector<std::byte> Numbers(std::size_t n, int first = 0) {
  std::vector<std::byte> bytes(n);
  for (std::size_t i = 0; i < n; ++i)
    bytes[i] = static_cast<std::byte>(first + static_cast<int>(i));
  return bytes;
}

TEST(Spool, GivesBackWhatWasAppended) {
  TempDir dir;
  auto spool = io::Spool::Create(dir.path(), 1000);
  ASSERT_TRUE(spool);
  ASSERT_TRUE(spool->Append(Numbers(100)));
  ASSERT_TRUE(spool->Append(Numbers(50, 100)));
  EXPECT_EQ(spool->size(), 150U);
  std::vector<std::byte> out(60);
  EXPECT_EQ(spool->ReadAt(80, out).value_or(0), 60U);
  EXPECT_EQ(out, Numbers(60, 80));
  EXPECT_EQ(spool->ReadAt(140, out).value_or(0), 10U);
  EXPECT_EQ(spool->ReadAt(500, out).value_or(1), 0U);
}

TEST(Spool, HasNoNameInTheFolder) {
  TempDir dir;
  auto spool = io::Spool::Create(dir.path(), 1000);
  ASSERT_TRUE(spool);
  ASSERT_TRUE(spool->Append(Numbers(100)));
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(Spool, RefusesToPassItsCapAndKeepsWhatItHas) {
  TempDir dir;
  auto spool = io::Spool::Create(dir.path(), 120);
  ASSERT_TRUE(spool);
  ASSERT_TRUE(spool->Append(Numbers(100)));
  const auto refused = spool->Append(Numbers(21));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIo);
  EXPECT_NE(refused.error().message.find("--tmpdir"), std::string::npos);
  EXPECT_EQ(spool->size(), 100U);
  EXPECT_TRUE(spool->Append(Numbers(20)));
}

TEST(Spool, NamesTheFolderItCannotUse) {
  const auto spool = io::Spool::Create("/nonexistent/folder", 100);
  ASSERT_FALSE(spool);
  EXPECT_EQ(spool.error().code, ErrorCode::kIo);
  EXPECT_NE(spool.error().message.find("/nonexistent/folder"), std::string::npos);
}

TEST(Spool, SaysSoOnAFullDisk) {
  // /dev/full refuses O_TMPFILE as every device does; a one-page tmpfs needs root to mount.
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  EXPECT_FALSE(io::Spool::Create("/dev/full", 100));
}

TEST(SpooledStream, GoesOnWithThePipeBehindTheSpool) {
  TempDir dir;
  auto spool = io::Spool::Create(dir.path(), 1000);
  ASSERT_TRUE(spool);
  const auto all = Numbers(200);
  auto pipe = std::make_unique<MemoryStream>(all, MemoryStream::Kind::kPipe);
  std::vector<std::byte> head(80);
  ASSERT_EQ(pipe->Read(head).value_or(0), 80U);
  ASSERT_TRUE(spool->Append(head));
  io::SpooledStream stream(std::move(*spool), std::move(pipe));
  EXPECT_FALSE(stream.seekable());
  std::vector<std::byte> out(200);
  ASSERT_EQ(stream.Read(out).value_or(0), 200U);
  EXPECT_EQ(out, all);
  ASSERT_TRUE(stream.Seek(10));
  std::vector<std::byte> again(20);
  EXPECT_EQ(stream.Read(again).value_or(0), 20U);
  EXPECT_EQ(again, Numbers(20, 10));
}

}  // namespace
}  // namespace tidemark::testing
