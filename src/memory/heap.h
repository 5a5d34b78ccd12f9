// The process's own C++ heap, counted: in programs of ours operator new and delete are replaced
// (counted_new.cc), so every allocation of our code is seen (third-party C libraries use malloc and
// are covered by allowances); in a library that others load, arenas and pages alone are. Arenas add
// themselves. All functions are safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tidemark::memory {

struct HeapReading {
  std::uint64_t allocations =
      0;  // calls of operator new, MapPages and Arena::Create since the start
  std::uint64_t live_bytes = 0;  // usable sizes, so what malloc really gave
  std::uint64_t peak_bytes = 0;  // the highest live_bytes since the start or ResetHeapPeak()
};

HeapReading ReadHeap();

// Makes the present live bytes the peak, so that each file of a run has a peak of its own.
void ResetHeapPeak();

// Gives the pages that are free in malloc's heap back to the kernel: between files, never within.
void ReturnFreePages();

// For what hands out memory of ours: operator new, Arena.
void CountAllocation(std::size_t bytes);
void UncountAllocation(std::size_t bytes);

// Zeroed memory straight from the kernel, which UnmapPages() gives straight back, so that what is
// released counts no longer: malloc may keep it. Throws std::bad_alloc as operator new does.
void* MapPages(std::size_t n_bytes);
void UnmapPages(void* pages, std::size_t n_bytes);

// For tests: the n-th call of operator new or MapPages() from now (1 = the next) throws
// std::bad_alloc once. 0 switches the injection off.
void FailAllocation(std::uint64_t n);
// Whether the injected failure has happened.
bool AllocationFailed();
// For what hands out memory: whether it is its turn to fail.
bool AllocationMustFail();

}  // namespace tidemark::memory
