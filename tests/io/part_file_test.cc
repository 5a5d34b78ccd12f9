#include "io/part_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "io/at_offset.h"
#include "tests/io/test_files.h"

namespace tidemark::io {
namespace {

class PartFileTest : public ::testing::Test {
 protected:
  Result<void> WriteThree(PartFile& file) {
    EXPECT_EQ(WriteAt(file.fd(), std::vector<std::byte>(3), 0), 0);
    return file.Commit();
  }

  testing::TempDir dir_;
  const std::string path_ = dir_ / "a.wav";
};

TEST_F(PartFileTest, TakesItsNameOnCommitOnly) {
  for (const auto if_exists : {PartFile::IfExists::kRefuse, PartFile::IfExists::kReplace}) {
    auto file = PartFile::Create(path_, if_exists);
    ASSERT_TRUE(file);
    EXPECT_FALSE(std::filesystem::exists(path_));
    ASSERT_TRUE(WriteThree(*file));
    EXPECT_EQ(testing::ReadBytes(path_).size(), 3U);
    std::filesystem::remove(path_);
    EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
  }
}

TEST_F(PartFileTest, KeepsAFileThatCameMeanwhileUnlessItIsToBeReplaced) {
  auto file = PartFile::Create(path_, PartFile::IfExists::kRefuse);
  auto replacing = PartFile::Create(dir_ / "b.wav", PartFile::IfExists::kReplace);
  ASSERT_TRUE(file && replacing);
  testing::WriteBytes(path_, std::vector<std::byte>(5));
  testing::WriteBytes(dir_ / "b.wav", std::vector<std::byte>(5));
  const auto done = WriteThree(*file);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kUsage);
  EXPECT_EQ(testing::ReadBytes(path_).size(), 5U);
  ASSERT_TRUE(WriteThree(*replacing));
  EXPECT_EQ(testing::ReadBytes(dir_ / "b.wav").size(), 3U);
}

TEST_F(PartFileTest, KeepsABrokenLinkUnlessItIsToBeReplaced) {
  {
    auto early = PartFile::Create(path_, PartFile::IfExists::kRefuse);
    std::filesystem::create_symlink("nowhere", path_);
    const auto done = WriteThree(*early);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kUsage);
  }
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  const auto late = PartFile::Create(path_, PartFile::IfExists::kRefuse);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kUsage);
  auto replacing = PartFile::Create(path_, PartFile::IfExists::kReplace);
  ASSERT_TRUE(replacing);
  EXPECT_TRUE(WriteThree(*replacing));
}

}  // namespace
}  // namespace tidemark::io
