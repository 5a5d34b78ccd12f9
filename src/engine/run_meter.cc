#include "engine/run_meter.h"

#include <algorithm>

#include "base/clock.h"
#include "memory/heap.h"
#include "memory/meter.h"

namespace tidemark::engine {
namespace {

constexpr double kSampleInterval_s = 0.05;

}  // namespace

RunMeter::RunMeter(memory::Reach reach)
    : reach_(reach), began_wall_s_(WallSeconds()), began_cpu_s_(ProcessCpuSeconds()) {
  if (reach_ == memory::Reach::kRun) return;
  memory::ReturnFreePages();
  memory::ResetPeakRss();
  memory::ResetHeapPeak();
}

void RunMeter::Sample() {
  if (WallSeconds() >= next_sample_s_) SampleNow();
}

void RunMeter::SampleNow() {
  const memory::ProcessMemory now = memory::ReadProcessMemory();
  memory_.peak_anon_bytes = std::max(memory_.peak_anon_bytes, now.anon_bytes);
  memory_.peak_file_bytes = std::max(memory_.peak_file_bytes, now.file_bytes);
  const bool resets = reach_ == memory::Reach::kProcess;
  memory_.peak_rss_bytes =
      std::max(memory_.peak_rss_bytes, resets ? now.peak_rss_bytes : now.rss_bytes);
  next_sample_s_ = WallSeconds() + kSampleInterval_s;
}

void RunMeter::SetPlan(std::uint64_t planned_bytes, std::uint64_t limit_bytes) {
  memory_.planned_bytes = planned_bytes;
  memory_.limit_bytes = limit_bytes;
}

MemorySection RunMeter::Memory() {
  SampleNow();
  memory_.peak_heap_bytes = memory::ReadHeap().peak_bytes;
  return memory_;
}

TimeSection RunMeter::Time(double audio_s) const {
  TimeSection time;
  time.wall_s = WallSeconds() - began_wall_s_;
  time.cpu_s = ProcessCpuSeconds() - began_cpu_s_;
  time.x_realtime = audio_s / std::max(time.wall_s, 1e-9);
  return time;
}

}  // namespace tidemark::engine
