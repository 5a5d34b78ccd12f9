// The queues of peers, in C++, for bench/track_bench.cc: of bytes, behind a mutex, in memory that
// grows, where each frame that is read is erased from the front.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

namespace tidemark::bench {

template <typename Bytes>
class Queue {
 public:
  explicit Queue(std::size_t) {}
  void Write(const std::vector<std::byte>& frame) {
    const std::lock_guard lock(mutex_);
    bytes_.insert(bytes_.end(), frame.begin(), frame.end());
  }
  void Read(std::vector<std::byte>& frame) {
    const std::lock_guard lock(mutex_);
    const auto end = bytes_.begin() + static_cast<std::ptrdiff_t>(frame.size());
    std::copy(bytes_.begin(), end, frame.begin());
    bytes_.erase(bytes_.begin(), end);
  }

 private:
  std::mutex mutex_;
  Bytes bytes_;
};

// As a capture buffer of LiveKit's and the bytearray of stream-py are: what remains moves up.
using VectorQueue = Queue<std::vector<std::byte>>;
using DequeQueue = Queue<std::deque<std::byte>>;

}  // namespace tidemark::bench
