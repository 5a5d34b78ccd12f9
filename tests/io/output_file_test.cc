#include "io/output_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "tests/io/test_files.h"

namespace tidemark::io {
namespace {

class OutputFileTest : public ::testing::Test {
 protected:
  testing::TempDir dir_;
  const std::string path_ = dir_ / "out";
};

TEST_F(OutputFileTest, TakesItsNameOnCommitOnlyUnlessItIsToGrow) {
  for (const auto mode : {OutputFile::Mode::kWhole, OutputFile::Mode::kGrowing}) {
    std::filesystem::remove(path_);
    auto made = OutputFile::Create(path_, mode);
    ASSERT_TRUE(made);
    OutputFile file = *std::move(made);
    file.Write(std::string(10'000, 'a'));
    ASSERT_TRUE(file.Flush());
    EXPECT_EQ(std::filesystem::exists(path_), mode == OutputFile::Mode::kGrowing);
    ASSERT_TRUE(file.Commit());
    EXPECT_EQ(std::filesystem::file_size(path_), 10'000U);
  }
}

TEST_F(OutputFileTest, LeavesNothingBehindWithoutCommit) {
  {
    auto file = OutputFile::Create(path_, OutputFile::Mode::kWhole);
    ASSERT_TRUE(file);
    file->Write("half");
    EXPECT_FALSE(std::filesystem::is_empty(dir_.path()));
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

TEST_F(OutputFileTest, EndsWaitingForSpaceInAPipeOnceInterrupted) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  const UniqueFd nobody(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
  for (const auto mode : {OutputFile::Mode::kWhole, OutputFile::Mode::kGrowing}) {
    Cancellation cancellation;
    auto file = OutputFile::Create(path_, mode, &cancellation);
    ASSERT_TRUE(file);
    std::thread writer([&] { file->Write(std::string(200'000, 'a')); });
    cancellation.Request();
    writer.join();
    const auto done = file->Commit();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kCancelled);
  }
}

TEST_F(OutputFileTest, EndsWaitingForTheReaderOfAFifoOnceInterrupted) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  Cancellation cancellation;
  cancellation.Request();
  const auto file = OutputFile::Create(path_, OutputFile::Mode::kWhole, &cancellation);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace tidemark::io
