// RunMeter: what one run takes, of memory and time. Made when the run begins; one per process at a
// time, as peaks are the process's; where the process is somebody else's they are what was seen of
// it, of all that runs in it, and a run of several. One thread. Allocates nothing.
#pragma once

#include "engine/report.h"
#include "memory/budget.h"

namespace tidemark::engine {

class RunMeter {
 public:
  // Gives free pages back and resets the kernel's and the heap's peaks, unless the process is
  // somebody else's.
  explicit RunMeter(memory::Reach reach = memory::Reach::kProcess);

  // Looks at the process; at most some times a second, however often it is called.
  void Sample();
  void SampleNow();

  // What the plan and the ceiling were.
  void SetPlan(std::uint64_t planned_bytes, std::uint64_t limit_bytes);
  void SetAllocations(std::uint64_t n) { memory_.allocations = n; }

  // Both look once more. audio_s: how much audio was read.
  MemorySection Memory();
  [[nodiscard]] TimeSection Time(double audio_s) const;

 private:
  memory::Reach reach_;
  MemorySection memory_;
  double began_wall_s_;
  double began_cpu_s_;
  double next_sample_s_ = 0;
};

}  // namespace tidemark::engine
