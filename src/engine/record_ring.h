// RecordRing: records on their way from the thread of an analyzer to the analysing thread, which
// may be the same. One thread pushes, one pops; neither waits. Its memory comes from the arena.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <span>

#include "memory/arena.h"

namespace tidemark::engine {

template <typename T>
class RecordRing {
 public:
  static std::size_t PlanBytes(std::size_t capacity) { return memory::ArenaBytes<T>(capacity); }
  RecordRing(std::size_t capacity, memory::Arena& arena) : slots_(arena.Take<T>(capacity)) {}

  // False where they do not all fit; none is taken then.
  [[nodiscard]] bool Push(std::span<const T> records) {
    const std::size_t pushed = n_pushed_.load(std::memory_order_relaxed);
    const std::size_t used = pushed - n_popped_.load(std::memory_order_acquire);
    if (records.size() > slots_.size() - used) return false;
    for (std::size_t i = 0; i < records.size(); ++i) {
      slots_[(pushed + i) % slots_.size()] = records[i];
    }
    n_pushed_.store(pushed + records.size(), std::memory_order_release);
    return true;
  }

  // Moves the oldest records to `out`, as many as fit; returns how many.
  std::size_t Pop(std::span<T> out) {
    const std::size_t popped = n_popped_.load(std::memory_order_relaxed);
    const std::size_t n = std::min(out.size(), n_pushed_.load(std::memory_order_acquire) - popped);
    for (std::size_t i = 0; i < n; ++i) out[i] = slots_[(popped + i) % slots_.size()];
    n_popped_.store(popped + n, std::memory_order_release);
    return n;
  }

 private:
  std::span<T> slots_;
  std::atomic<std::size_t> n_pushed_ = 0;
  std::atomic<std::size_t> n_popped_ = 0;
};

}  // namespace tidemark::engine
