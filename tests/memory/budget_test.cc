#include "memory/budget.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "base/units.h"
#include "memory/arena.h"
#include "memory/meter.h"
#include "memory/system_memory.h"

namespace tidemark::memory {
namespace {

// Puts the limit back, so that later tests of the same process can allocate.
class BudgetTest : public ::testing::Test {
 protected:
  void SetUp() override { getrlimit(RLIMIT_DATA, &before_); }
  void TearDown() override { setrlimit(RLIMIT_DATA, &before_); }
  rlimit before_{};
};

TEST_F(BudgetTest, AdmitsAnyPlanWithoutACeiling) {
  EXPECT_TRUE(Budget(std::nullopt).Admit(1 * kGiB));
}

TEST_F(BudgetTest, NamesTheSmallestCeilingThatWouldDo) {
  const Budget budget(24 * kMiB);
  EXPECT_TRUE(budget.Admit(24 * kMiB));
  const auto refused = budget.Admit(24 * kMiB + 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMemory);
  EXPECT_NE(refused.error().message.find("--memory 25M"), std::string::npos);
  EXPECT_TRUE(Budget(25 * kMiB).Admit(24 * kMiB + 1));
}

#ifndef TIDEMARK_SANITIZED
TEST_F(BudgetTest, HasTheKernelRefuseWhatIsOverTheCeiling) {
  const std::uint64_t in_use = ReadProcessMemory().data_bytes;
  const std::uint64_t ceiling = in_use + 32 * kMiB;
  ASSERT_EQ(Budget(ceiling).Enforce(0).value(), ceiling);
  EXPECT_TRUE(Arena::Create(8 * kMiB));
  const auto refused = Arena::Create(64 * kMiB);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMemory);
}
#endif

#ifndef TIDEMARK_SANITIZED
TEST_F(BudgetTest, RefusesACeilingTheProcessHasPassedAlready) {
  const auto enforced = Budget(4096).Enforce(0);
  ASSERT_FALSE(enforced);
  EXPECT_EQ(enforced.error().code, ErrorCode::kMemory);
}
#endif

TEST_F(BudgetTest, LeavesTheProcessAloneWhereItReachesNoFurtherThanItsRun) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_DATA, &before), 0);
  const Budget budget(4096, Reach::kRun);
  EXPECT_FALSE(budget.Admit(4097));
  EXPECT_TRUE(budget.Admit(4096));
  EXPECT_EQ(budget.Enforce(4096), 4096U);
  EXPECT_EQ(budget.LimitFor(4096, 1 * kMiB), 4096U);
  budget.Lift();
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_DATA, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_cur);
}

TEST(Meter, SeesAnonymousMemoryComeAndGo) {
  const std::size_t n_bytes = 32 * kMiB;
  const ProcessMemory before = ReadProcessMemory();
  ASSERT_GT(before.rss_bytes, 0U);
  {
    auto arena = Arena::Create(n_bytes).value();
    const auto bytes = arena.Take<char>(n_bytes);
    for (std::size_t i = 0; i < bytes.size(); i += 4096) bytes[i] = 1;
    EXPECT_GE(ReadProcessMemory().anon_bytes, before.anon_bytes + n_bytes / 2);
  }
  EXPECT_LT(ReadProcessMemory().anon_bytes, before.anon_bytes + n_bytes / 2);
  EXPECT_GE(ReadProcessMemory().peak_rss_bytes, before.rss_bytes + n_bytes / 2);
  if (ResetPeakRss()) {
    EXPECT_LT(ReadProcessMemory().peak_rss_bytes, before.rss_bytes + n_bytes / 2);
  }
}

TEST(SystemMemory, KnowsThePhysicalMemory) { EXPECT_GT(PhysicalMemoryBytes(), 64 * kMiB); }

}  // namespace
}  // namespace tidemark::memory
