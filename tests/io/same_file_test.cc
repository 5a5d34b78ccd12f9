#include "io/same_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/io/test_files.h"

namespace tidemark::io {
namespace {

TEST(IsSameFile, KnowsAFileByItsOtherNames) {
  const testing::TempDir dir;
  testing::WriteBytes(dir / "a", std::vector<std::byte>(1));
  testing::WriteBytes(dir / "b", std::vector<std::byte>(1));
  std::filesystem::create_hard_link(dir / "a", dir / "hard");
  std::filesystem::create_symlink("a", dir / "soft");
  EXPECT_TRUE(IsSameFile(dir / "a", dir / "a"));
  EXPECT_TRUE(IsSameFile(dir / "a", dir / "hard"));
  EXPECT_TRUE(IsSameFile(dir / "soft", dir / "a"));
  EXPECT_FALSE(IsSameFile(dir / "a", dir / "b"));
}

TEST(IsSameFile, IsFalseForWhatIsNotThereAndForStandardOutput) {
  const testing::TempDir dir;
  EXPECT_FALSE(IsSameFile(dir / "a", dir / "a"));
  EXPECT_FALSE(IsSameFile("-", "-"));
  EXPECT_FALSE(IsSameFile("-", ""));
}

}  // namespace
}  // namespace tidemark::io
