#include "memory/arena.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "memory/heap.h"

namespace tidemark::memory {
namespace {

TEST(Arena, HandsOutZeroedPiecesOnCacheLines) {
  auto arena = Arena::Create(ArenaBytes<float>(100) + ArenaBytes<double>(3)).value();
  const auto floats = arena.Take<float>(100);
  const auto doubles = arena.Take<double>(3);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(floats.data()) % kArenaAlignment, 0U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(doubles.data()) % kArenaAlignment, 0U);
  for (const float x : floats) EXPECT_EQ(x, 0.0F);
  EXPECT_EQ(arena.used(), arena.size());
}

TEST(Arena, CountsAsOurHeapWhileItLives) {
  const std::uint64_t before = ReadHeap().live_bytes;
  {
    const auto arena = Arena::Create(1 << 20).value();
    EXPECT_EQ(ReadHeap().live_bytes, before + (1 << 20));
  }
  EXPECT_EQ(ReadHeap().live_bytes, before);
}

TEST(Arena, MovesWithoutLosingItsMemory) {
  auto first = Arena::Create(4096).value();
  const auto piece = first.Take<int>(1);
  piece[0] = 7;
  const Arena second = std::move(first);
  EXPECT_EQ(piece[0], 7);
  EXPECT_EQ(second.used(), kArenaAlignment);
}

TEST(Arena, SaysSoWhenTheKernelRefuses) {
  const auto arena = Arena::Create(std::size_t{1} << 60);
  ASSERT_FALSE(arena);
  EXPECT_EQ(arena.error().code, ErrorCode::kMemory);
}

TEST(Arena, MayBeEmpty) {
  const auto arena = Arena::Create(0).value();
  EXPECT_EQ(arena.size(), 0U);
}

}  // namespace
}  // namespace tidemark::memory
