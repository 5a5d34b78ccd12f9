#include "memory/heap.h"

#include <malloc.h>
#include <sys/mman.h>

#include <atomic>
#include <new>

namespace tidemark::memory {
namespace {

std::atomic<std::uint64_t> allocations = 0;
std::atomic<std::uint64_t> live_bytes = 0;
std::atomic<std::uint64_t> peak_bytes = 0;
std::atomic<std::uint64_t> fail_countdown = 0;
std::atomic<bool> has_failed = false;

}  // namespace

HeapReading ReadHeap() {
  return {allocations.load(std::memory_order_relaxed), live_bytes.load(std::memory_order_relaxed),
          peak_bytes.load(std::memory_order_relaxed)};
}

void ResetHeapPeak() {
  peak_bytes.store(live_bytes.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

void ReturnFreePages() { malloc_trim(0); }

void CountAllocation(std::size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t live = live_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  std::uint64_t peak = peak_bytes.load(std::memory_order_relaxed);
  while (live > peak && !peak_bytes.compare_exchange_weak(peak, live, std::memory_order_relaxed)) {
  }
}

void UncountAllocation(std::size_t bytes) {
  live_bytes.fetch_sub(bytes, std::memory_order_relaxed);
}

bool AllocationMustFail() {
  std::uint64_t left = fail_countdown.load(std::memory_order_relaxed);
  while (left > 0) {
    if (fail_countdown.compare_exchange_weak(left, left - 1, std::memory_order_relaxed)) {
      if (left == 1) has_failed.store(true, std::memory_order_relaxed);
      return left == 1;
    }
  }
  return false;
}

void* MapPages(std::size_t n_bytes) {
  if (AllocationMustFail()) throw std::bad_alloc();
  void* pages = mmap(nullptr, n_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  CountAllocation(n_bytes);
  return pages;
}

void UnmapPages(void* pages, std::size_t n_bytes) {
  UncountAllocation(n_bytes);
  munmap(pages, n_bytes);
}

void FailAllocation(std::uint64_t n) {
  has_failed.store(false, std::memory_order_relaxed);
  fail_countdown.store(n, std::memory_order_relaxed);
}

bool AllocationFailed() { return has_failed.load(std::memory_order_relaxed); }

}  // namespace tidemark::memory
