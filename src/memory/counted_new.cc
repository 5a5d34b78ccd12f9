// The replaceable allocation functions of the standard ([new.delete]), counted. A library of its
// own, for programs alone: in a shared object they would see a part of the allocations of others.
#include <malloc.h>

#include <cstddef>
#include <cstdlib>
#include <new>

#include "memory/heap.h"

namespace {

using tidemark::memory::AllocationMustFail;
using tidemark::memory::CountAllocation;
using tidemark::memory::UncountAllocation;

void* AllocateOrNull(std::size_t bytes, std::size_t alignment) {
  if (AllocationMustFail()) return nullptr;
  const std::size_t size = bytes == 0 ? 1 : bytes;
  void* piece = alignment <= alignof(std::max_align_t)
                    ? std::malloc(size)
                    : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (piece != nullptr) CountAllocation(malloc_usable_size(piece));
  return piece;
}

void* AllocateOrThrow(std::size_t bytes, std::size_t alignment) {
  void* piece = AllocateOrNull(bytes, alignment);
  if (piece == nullptr) throw std::bad_alloc();
  return piece;
}

void Release(void* piece) {
  if (piece == nullptr) return;
  UncountAllocation(malloc_usable_size(piece));
  std::free(piece);
}

}  // namespace

void* operator new(std::size_t n) { return AllocateOrThrow(n, 1); }
void* operator new[](std::size_t n) { return AllocateOrThrow(n, 1); }
void* operator new(std::size_t n, std::align_val_t a) {
  return AllocateOrThrow(n, static_cast<std::size_t>(a));
}
void* operator new[](std::size_t n, std::align_val_t a) {
  return AllocateOrThrow(n, static_cast<std::size_t>(a));
}
void* operator new(std::size_t n, const std::nothrow_t&) noexcept { return AllocateOrNull(n, 1); }
void* operator new[](std::size_t n, const std::nothrow_t&) noexcept { return AllocateOrNull(n, 1); }
void operator delete(void* p) noexcept { Release(p); }
void operator delete[](void* p) noexcept { Release(p); }
void operator delete(void* p, std::size_t) noexcept { Release(p); }
void operator delete[](void* p, std::size_t) noexcept { Release(p); }
void operator delete(void* p, std::align_val_t) noexcept { Release(p); }
void operator delete[](void* p, std::align_val_t) noexcept { Release(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { Release(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { Release(p); }
