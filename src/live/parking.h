// Parking: where a thread sleeps until another wakes it or its time is up, by futex(2). Nobody
// sleeps: Wake() costs one atomic addition. Any number of threads.
#pragma once

#include <atomic>
#include <cstdint>

namespace tidemark::live {

// CLOCK_MONOTONIC.
std::int64_t NowNs();

class Parking {
 public:
  // A ticket taken before what is waited for is looked at; a Wake() since then ends the wait.
  std::uint32_t Ticket();
  // Sleeps until a Wake() after `ticket`, at most until `deadline_ns`; false where that has passed.
  // May wake early for no reason. REQUIRES: one call for each Ticket(), unless Cancel() is called.
  bool Wait(std::uint32_t ticket, std::int64_t deadline_ns);
  void Cancel() { n_waiting_.fetch_sub(1, std::memory_order_relaxed); }
  void Wake();

 private:
  std::atomic<std::uint32_t> turn_ = 0;
  std::atomic<std::uint32_t> n_waiting_ = 0;
};

}  // namespace tidemark::live
