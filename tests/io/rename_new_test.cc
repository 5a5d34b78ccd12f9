#include "io/rename_new.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "tests/io/test_files.h"

namespace tidemark::io {
namespace {

class RenameNewTest : public ::testing::Test {
 protected:
  void SetUp() override { testing::WriteBytes(from_, std::vector<std::byte>(3)); }

  testing::TempDir dir_;
  const std::string from_ = dir_ / "from";
  const std::string to_ = dir_ / "to";
};

TEST_F(RenameNewTest, EachWayGivesAFileItsNewNameOnly) {
  for (const RenameWay way : kRenameWays) {
    SetUp();
    ASSERT_EQ(way(from_.c_str(), to_.c_str()), 0);
    EXPECT_EQ(testing::ReadBytes(to_).size(), 3U);
    EXPECT_FALSE(std::filesystem::exists(from_));
    std::filesystem::remove(to_);
  }
}

TEST_F(RenameNewTest, EachWayKeepsWhatHasTheName) {
  testing::WriteBytes(to_, std::vector<std::byte>(5));
  for (const RenameWay way : kRenameWays) {
    EXPECT_EQ(way(from_.c_str(), to_.c_str()), EEXIST);
    EXPECT_EQ(testing::ReadBytes(to_).size(), 5U);
    EXPECT_EQ(testing::ReadBytes(from_).size(), 3U);
  }
}

TEST_F(RenameNewTest, EachWayKeepsABrokenLink) {
  std::filesystem::create_symlink("nowhere", to_);
  for (const RenameWay way : kRenameWays) {
    EXPECT_EQ(way(from_.c_str(), to_.c_str()), EEXIST);
    EXPECT_TRUE(std::filesystem::is_symlink(to_));
    EXPECT_TRUE(std::filesystem::exists(from_));
  }
}

TEST_F(RenameNewTest, TakesTheNextWayWhereTheFileSystemHasNotTheFirst) {
  static int n_tried = 0;
  n_tried = 0;
  const RenameWay absent = [](const char*, const char*) {
    ++n_tried;
    return n_tried == 1 ? EINVAL : EPERM;
  };
  const std::array<RenameWay, 3> ways = {absent, absent, RenameAfterLook};
  EXPECT_EQ(RenameNew(from_, to_, ways), 0);
  EXPECT_EQ(n_tried, 2);
  EXPECT_EQ(testing::ReadBytes(to_).size(), 3U);
}

TEST_F(RenameNewTest, TakesNoOtherWayAroundWhatFailed) {
  const RenameWay full = [](const char*, const char*) { return ENOSPC; };
  const std::array<RenameWay, 2> ways = {full, RenameAfterLook};
  EXPECT_EQ(RenameNew(from_, to_, ways), ENOSPC);
  EXPECT_FALSE(std::filesystem::exists(to_));
  EXPECT_EQ(RenameNew(dir_ / "absent", to_), ENOENT);
}

}  // namespace
}  // namespace tidemark::io
