// The replaceable allocation functions of the standard ([new.delete]): part of the programs of
// ours, never of libtidemark, whose users have their own.
#include <new>

#include "memory/heap_pieces.h"

using tidemark::memory::AllocateOrNull;
using tidemark::memory::Release;

namespace {

void* AllocateOrThrow(std::size_t bytes, std::size_t alignment) {
  void* piece = AllocateOrNull(bytes, alignment);
  if (piece == nullptr) throw std::bad_alloc();
  return piece;
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
