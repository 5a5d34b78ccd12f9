// Counter: a count that one thread adds to and any thread reads. Wait-free.
#pragma once

#include <atomic>
#include <cstdint>

namespace tidemark::live {

class Counter {
 public:
  void Add(std::int64_t n) { Set(value() + n); }
  void Set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

}  // namespace tidemark::live
