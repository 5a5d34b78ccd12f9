#include "live/parking.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <ctime>

namespace tidemark::live {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

}  // namespace

std::int64_t NowNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}

std::uint32_t Parking::Ticket() {
  n_waiting_.fetch_add(1, std::memory_order_seq_cst);
  return turn_.load(std::memory_order_seq_cst);
}

bool Parking::Wait(std::uint32_t ticket, std::int64_t deadline_ns) {
  static_assert(sizeof(turn_) == sizeof(std::uint32_t) && decltype(turn_)::is_always_lock_free);
  const timespec deadline{deadline_ns / kSecond, deadline_ns % kSecond};
  // The bitset form takes an absolute time of the monotonic clock.
  syscall(SYS_futex, &turn_, FUTEX_WAIT_BITSET_PRIVATE, ticket, &deadline, nullptr,
          FUTEX_BITSET_MATCH_ANY);
  n_waiting_.fetch_sub(1, std::memory_order_relaxed);
  return NowNs() < deadline_ns;
}

void Parking::Wake() {
  // Adding nothing, so that the two are in one order: either the sleeper comes later and sees what
  // was done before this, or it is counted here.
  if (n_waiting_.fetch_add(0, std::memory_order_seq_cst) == 0) return;
  turn_.fetch_add(1, std::memory_order_seq_cst);
  syscall(SYS_futex, &turn_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace tidemark::live
