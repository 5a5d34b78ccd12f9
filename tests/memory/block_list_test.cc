#include "memory/block_list.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <new>

namespace tidemark::memory {
namespace {

using List = BlockList<std::int64_t>;
constexpr std::size_t kItems = List::kBlockItems;

List Filled(std::size_t n) {
  List list;
  for (std::size_t i = 0; i < n; ++i) list.push_back(static_cast<std::int64_t>(i));
  return list;
}

TEST(BlockList, HoldsWhatWasAddedOverManyBlocks) {
  const List list = Filled(3 * kItems + 1);
  ASSERT_EQ(list.size(), 3 * kItems + 1);
  std::int64_t wanted = 0;
  for (const std::int64_t item : list) ASSERT_EQ(item, wanted++);
  EXPECT_EQ(list.back(), static_cast<std::int64_t>(3 * kItems));
}

TEST(BlockList, TakesWholeBlocksAndNothingElseThatGrows) {
  const std::uint64_t before = ReadHeap().live_bytes;
  const List list = Filled(2 * kItems);
  EXPECT_EQ(List::BytesOf(2 * kItems), 2 * kListBlockBytes);
  EXPECT_GE(ReadHeap().live_bytes - before, 2 * kListBlockBytes);
  EXPECT_LT(ReadHeap().live_bytes - before, 2 * kListBlockBytes + 256);
}

TEST(BlockList, GivesBackWhatIsReleasedAndTruncated) {
  List list = Filled(4 * kItems);
  const std::uint64_t full = ReadHeap().live_bytes;
  list.ReleaseBefore(kItems - 1);
  EXPECT_EQ(ReadHeap().live_bytes, full);
  list.ReleaseBefore(2 * kItems + 5);
  EXPECT_EQ(ReadHeap().live_bytes, full - 2 * kListBlockBytes);
  EXPECT_EQ(list[2 * kItems], static_cast<std::int64_t>(2 * kItems));
  list.Truncate(3 * kItems);
  EXPECT_EQ(ReadHeap().live_bytes, full - 3 * kListBlockBytes);
}

TEST(BlockList, CopiesAndMovesAsAValue) {
  List list = Filled(kItems + 3);
  const List copy = list;
  EXPECT_EQ(copy, list);
  const List moved = std::move(list);
  EXPECT_EQ(moved, copy);
  EXPECT_TRUE(list.empty());  // NOLINT(bugprone-use-after-move): stated to be empty
  list = copy;
  list.push_back(7);
  EXPECT_FALSE(list == copy);
}

TEST(BlockList, ThrowsAsContainersDoWhereThereIsNoMemory) {
  List list = Filled(kItems);
  FailAllocation(1);
  EXPECT_THROW(list.push_back(1), std::bad_alloc);
  FailAllocation(0);
  list.push_back(1);
  EXPECT_EQ(list.size(), kItems + 1);
}

}  // namespace
}  // namespace tidemark::memory
