// What the machine grants: physical memory, the cgroup's limit and pressure. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tidemark::memory {

struct CgroupMemory {
  int version = 0;   // 1 or 2
  std::string path;  // of the group's files
  std::optional<std::uint64_t>
      limit_bytes;  // the tightest on the way to the root; none = unlimited
};

// The memory cgroup of this process; nullopt where none is mounted.
std::optional<CgroupMemory> FindCgroupMemory();

// MemTotal of /proc/meminfo.
std::uint64_t PhysicalMemoryBytes();

// Pressure stall information: the cgroup's where it has it, else the machine's.
// "some" share of the last 10 s in percent; nullopt where the kernel has none.
std::optional<double> MemoryPressurePercent();

}  // namespace tidemark::memory
