// RunMeter: what one run takes, of memory and time. Made when the run begins; one per process at a
// time, as peaks are the process's. Main thread. Allocates nothing.
#pragma once

#include "engine/report.h"

namespace tidemark::engine {

class RunMeter {
 public:
  // Gives free pages back and resets the kernel's and the heap's peaks.
  RunMeter();

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
  MemorySection memory_;
  double began_wall_s_;
  double began_cpu_s_;
  double next_sample_s_ = 0;
};

}  // namespace tidemark::engine
