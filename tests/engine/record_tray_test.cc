#include "engine/record_tray.h"

#include <gtest/gtest.h>

namespace tidemark::engine {
namespace {

TEST(RecordTray, ShowsWhatIsNewAndLogsAll) {
  constexpr std::size_t kCapacity = 4;
  auto arena = memory::Arena::Create(RecordTray<int>::PlanBytes(kCapacity)).value();
  RecordTray<int> tray(kCapacity, {}, arena);
  EXPECT_EQ(arena.used(), arena.size());
  for (int step = 0; step < 1000; ++step) {
    tray.BeginStep();
    EXPECT_TRUE(tray.fresh().empty());
    for (int i = 0; i < 2; ++i) {
      tray.room()[0] = 2 * step + i;
      ASSERT_TRUE(tray.Take(1));
    }
    ASSERT_EQ(tray.fresh().size(), 2U);
    EXPECT_EQ(tray.fresh()[1], 2 * step + 1);
    EXPECT_EQ(tray.room().size(), 2U);
  }
  int expected = 0;
  ASSERT_TRUE(ForEach(&tray.log(), [&expected](int record) { EXPECT_EQ(record, expected++); }));
  EXPECT_EQ(expected, 2000);
}

}  // namespace
}  // namespace tidemark::engine
