// Budget: the ceiling of a run. A plan is checked against it before the first sample is read;
// Enforce() then hands it to the kernel, which refuses any byte beyond it.
// One per process at a time, on its main thread; where it reaches no further than its run, any
// number, each on any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"

namespace tidemark::memory {

// How far a run's ceiling reaches.
enum class Reach : std::uint8_t {
  // The process is there for the run alone: what it holds by itself is in the plan, and the kernel
  // holds all of it to the ceiling.
  kProcess,
  // The process is somebody else's (an interpreter's): the plan counts what the run adds, and
  // neither limits nor peaks of the process are touched.
  kRun,
};

class Budget {
 public:
  // No ceiling by the user: the plan itself is the ceiling.
  explicit Budget(std::optional<std::uint64_t> ceiling_bytes, Reach reach = Reach::kProcess)
      : ceiling_bytes_(ceiling_bytes), reach_(reach) {}

  [[nodiscard]] std::optional<std::uint64_t> ceiling_bytes() const { return ceiling_bytes_; }
  [[nodiscard]] Reach reach() const { return reach_; }

  // kMemory, naming the smallest ceiling that would do, where planned_bytes is over the ceiling.
  [[nodiscard]] Result<void> Admit(std::uint64_t planned_bytes) const;

  // What the limit must be for a plan of planned_bytes of which our_bytes are yet to be mapped: the
  // kernel counts every private mapping, touched or not, and those of libraries are there already.
  // planned_bytes itself where the process is not limited.
  [[nodiscard]] std::uint64_t LimitFor(std::uint64_t planned_bytes, std::uint64_t our_bytes) const;

  // From now on the private writable memory of this process (what RLIMIT_DATA counts, setrlimit(2):
  // heap, anonymous maps, writable library data, thread stacks) cannot pass the ceiling, or
  // planned_bytes where the user set none. Returns the limit in bytes. Calling it again for the
  // next file replaces the limit. kMemory where the process is over it already. Sanitizers map
  // terabytes of shadow: in their builds the limit is returned but not set, and so it is for
  // Reach::kRun.
  Result<std::uint64_t> Enforce(std::uint64_t planned_bytes) const;

  // Lifts what Enforce() set, as far as the hard limit of the process allows. Nothing for
  // Reach::kRun.
  void Lift() const;

 private:
  std::optional<std::uint64_t> ceiling_bytes_;
  Reach reach_;
};

}  // namespace tidemark::memory
