// Budget: the ceiling of a run. A plan is checked against it before the first sample is read;
// Enforce() then hands it to the kernel, which refuses any byte beyond it.
// One per process; main thread.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"

namespace tidemark::memory {

class Budget {
 public:
  // No ceiling by the user: the plan itself is the ceiling.
  explicit Budget(std::optional<std::uint64_t> ceiling_bytes) : ceiling_bytes_(ceiling_bytes) {}

  [[nodiscard]] std::optional<std::uint64_t> ceiling_bytes() const { return ceiling_bytes_; }

  // kMemory, naming the smallest ceiling that would do, where planned_bytes is over the ceiling.
  [[nodiscard]] Result<void> Admit(std::uint64_t planned_bytes) const;

  // What the limit must be for a plan of planned_bytes of which our_bytes are yet to be mapped: the
  // kernel counts every private mapping, touched or not, and those of libraries are there already.
  [[nodiscard]] static std::uint64_t LimitFor(std::uint64_t planned_bytes, std::uint64_t our_bytes);

  // From now on the private writable memory of this process (what RLIMIT_DATA counts, setrlimit(2):
  // heap, anonymous maps, writable library data, thread stacks) cannot pass the ceiling, or
  // planned_bytes where the user set none. Returns the limit in bytes. Calling it again for the
  // next file replaces the limit. kMemory where the process is over it already. Sanitizers map
  // terabytes of shadow: in their builds the limit is returned but not set.
  Result<std::uint64_t> Enforce(std::uint64_t planned_bytes) const;

  // Lifts what Enforce() set, as far as the hard limit of the process allows.
  static void Lift();

 private:
  std::optional<std::uint64_t> ceiling_bytes_;
};

}  // namespace tidemark::memory
