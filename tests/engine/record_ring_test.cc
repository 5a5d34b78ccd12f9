#include "engine/record_ring.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>

namespace tidemark::engine {
namespace {

constexpr std::size_t kCapacity = 5;

TEST(RecordRing, GivesBackInOrderAcrossItsEnd) {
  auto arena = memory::Arena::Create(RecordRing<int>::PlanBytes(kCapacity)).value();
  RecordRing<int> ring(kCapacity, arena);
  EXPECT_EQ(arena.used(), arena.size());
  std::array<int, 8> out{};
  int next_in = 0;
  int next_out = 0;
  for (int round = 0; round < 100; ++round) {
    const std::array<int, 3> in = {next_in, next_in + 1, next_in + 2};
    ASSERT_TRUE(ring.Push(in));
    next_in += 3;
    const std::size_t n = ring.Pop(std::span(out).first(round % 2 == 0 ? 2 : 8));
    for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(out[i], next_out++);
  }
  EXPECT_EQ(next_out, next_in);
}

TEST(RecordRing, RefusesWhatDoesNotFitAndKeepsWhatItHas) {
  auto arena = memory::Arena::Create(RecordRing<int>::PlanBytes(kCapacity)).value();
  RecordRing<int> ring(kCapacity, arena);
  const std::array<int, 3> in = {1, 2, 3};
  ASSERT_TRUE(ring.Push(in));
  EXPECT_FALSE(ring.Push(in));
  std::array<int, 8> out{};
  EXPECT_EQ(ring.Pop(out), 3U);
  EXPECT_EQ(out[2], 3);
  EXPECT_TRUE(ring.Push(in));
}

TEST(RecordRing, CarriesFromOneThreadToAnother) {
  constexpr int kMany = 100'000;
  auto arena = memory::Arena::Create(RecordRing<int>::PlanBytes(kCapacity)).value();
  RecordRing<int> ring(kCapacity, arena);
  std::thread producer([&ring] {
    for (int i = 0; i < kMany; ++i) {
      while (!ring.Push(std::span(&i, 1))) std::this_thread::yield();
    }
  });
  std::array<int, 3> out{};
  int expected = 0;
  bool in_order = true;
  while (expected < kMany) {
    const std::size_t n = ring.Pop(out);
    for (std::size_t i = 0; i < n; ++i) in_order = in_order && out[i] == expected++;
    if (n == 0) std::this_thread::yield();
  }
  producer.join();
  EXPECT_TRUE(in_order);
}

}  // namespace
}  // namespace tidemark::engine
