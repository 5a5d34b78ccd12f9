// Arena: one region of zeroed memory of a size known beforehand, handed out in pieces.
// Everything an engine run allocates for samples and state comes from here before the first
// sample is read; nothing is given back before the arena dies. One owner, one thread.
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <type_traits>

#include "base/result.h"

namespace tidemark::memory {

// Pieces start on cache lines, which SIMD kernels and separate threads both want.
inline constexpr std::size_t kArenaAlignment = 64;

// Bytes that Arena::Take<T>(n) consumes. Plans add these up; the sum is exact.
template <typename T>
[[nodiscard]] constexpr std::size_t ArenaBytes(std::size_t n) {
  return (n * sizeof(T) + kArenaAlignment - 1) / kArenaAlignment * kArenaAlignment;
}

class Arena {
 public:
  // Maps n_bytes of anonymous memory. kMemory where the kernel refuses.
  static Result<Arena> Create(std::size_t n_bytes);

  Arena(Arena&& other) noexcept;
  Arena& operator=(Arena&& other) noexcept;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  // n zeroed objects of T, valid while the arena lives.
  // REQUIRES: ArenaBytes<T>(n) <= size() - used(); a plan that is too small is a bug of ours.
  template <typename T>
  [[nodiscard]] std::span<T> Take(std::size_t n) {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
    static_assert(alignof(T) <= kArenaAlignment);
    return {static_cast<T*>(TakeBytes(ArenaBytes<T>(n))), n};
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  Arena(void* base, std::size_t size) : base_(static_cast<std::byte*>(base)), size_(size) {}
  void* TakeBytes(std::size_t n_bytes);

  std::byte* base_ = nullptr;
  std::size_t size_ = 0;
  std::size_t used_ = 0;
};

}  // namespace tidemark::memory
