#include "memory/heap.h"

#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <vector>

namespace tidemark::memory {
namespace {

// Keeps the compiler from dropping an allocation that nobody looks at.
void Use(void* piece) { asm volatile("" : : "g"(piece) : "memory"); }

TEST(Heap, SeesEveryNewAndDelete) {
  const HeapReading before = ReadHeap();
  {
    auto buffer = std::make_unique<std::vector<char>>(100'000);
    Use(buffer->data());
    const HeapReading during = ReadHeap();
    EXPECT_EQ(during.allocations, before.allocations + 2);
    EXPECT_GE(during.live_bytes, before.live_bytes + 100'000);
    EXPECT_GE(during.peak_bytes, during.live_bytes);
  }
  EXPECT_EQ(ReadHeap().live_bytes, before.live_bytes);
}

TEST(Heap, HasAPeakThatCanStartAnew) {
  {
    Use(std::make_unique<char[]>(1 << 20).get());
  }
  ResetHeapPeak();
  EXPECT_EQ(ReadHeap().peak_bytes, ReadHeap().live_bytes);
}

TEST(Heap, FailsTheAllocationThatWasAskedFor) {
  FailAllocation(2);
  auto first = std::make_unique<int>(1);
  EXPECT_THROW(Use(std::make_unique<int>(2).get()), std::bad_alloc);
  auto third = std::make_unique<int>(3);
  Use(first.get());
  EXPECT_EQ(*third, 3);
}

TEST(Heap, HonoursAlignment) {
  struct alignas(256) Wide {
    char bytes[256];
  };
  const auto wide = std::make_unique<Wide>();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(wide.get()) % 256, 0U);
}

}  // namespace
}  // namespace tidemark::memory
