#include "memory/system_memory.h"

#include <unistd.h>

#include <array>
#include <charconv>

#include "base/units.h"
#include "memory/proc_text.h"

namespace tidemark::memory {
namespace {

// cgroup v1 states "no limit" as the largest page-aligned number.
constexpr std::uint64_t kUnlimitedV1 = std::uint64_t{1} << 60;

// The path behind "N:controllers:" in /proc/self/cgroup; `controllers` empty is cgroup v2.
std::optional<std::string> GroupPath(std::string_view text, std::string_view controllers) {
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    at += line.size() + 1;
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    if (line.substr(first + 1, second - first - 1) == controllers) {
      return std::string(line.substr(second + 1));
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> ReadLimit(const std::string& file) {
  std::array<char, 64> buffer;
  const auto text = ReadProcText(file.c_str(), buffer);
  if (!text) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || value >= kUnlimitedV1) return std::nullopt;  // "max"
  return value;
}

// The tightest limit from `group` up to the root. Inside a container the group's path may not
// exist below the mount: the mount itself is then the group.
CgroupMemory Tightest(int version, const std::string& mount, std::string group,
                      const char* limit_file) {
  if (access((mount + group).c_str(), F_OK) != 0) group.clear();
  CgroupMemory found{.version = version, .path = mount + group, .limit_bytes = std::nullopt};
  for (;;) {
    const auto limit = ReadLimit(mount + group + "/" + limit_file);
    if (limit && (!found.limit_bytes || *limit < *found.limit_bytes)) found.limit_bytes = limit;
    const std::size_t slash = group.rfind('/');
    if (slash == std::string::npos) return found;
    group.resize(slash);
  }
}

}  // namespace

std::optional<CgroupMemory> FindCgroupMemory() {
  std::array<char, 8192> buffer;
  const auto groups = ReadProcText("/proc/self/cgroup", buffer);
  if (!groups) return std::nullopt;
  if (const auto path = GroupPath(*groups, "memory")) {
    const std::string mount = "/sys/fs/cgroup/memory";
    if (access((mount + "/memory.limit_in_bytes").c_str(), R_OK) == 0) {
      return Tightest(1, mount, *path == "/" ? "" : *path, "memory.limit_in_bytes");
    }
  }
  if (const auto path = GroupPath(*groups, "")) {
    for (const char* mount : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
      if (access((std::string(mount) + "/cgroup.controllers").c_str(), R_OK) != 0) continue;
      return Tightest(2, mount, *path == "/" ? "" : *path, "memory.max");
    }
  }
  return std::nullopt;
}

std::uint64_t PhysicalMemoryBytes() {
  std::array<char, 4096> buffer;
  const auto text = ReadProcText("/proc/meminfo", buffer);
  return text ? ProcNumber(*text, "MemTotal:").value_or(0) * kKiB : 0;
}

std::optional<double> MemoryPressurePercent() {
  std::array<char, 512> buffer;
  std::optional<std::string_view> text;
  if (const auto group = FindCgroupMemory(); group && group->version == 2) {
    text = ReadProcText((group->path + "/memory.pressure").c_str(), buffer);
  }
  if (!text) text = ReadProcText("/proc/pressure/memory", buffer);
  if (!text) return std::nullopt;
  constexpr std::string_view kKey = "some avg10=";
  if (!text->starts_with(kKey)) return std::nullopt;
  double percent = 0;
  const char* begin = text->data() + kKey.size();
  const auto [end, error] = std::from_chars(begin, text->data() + text->size(), percent);
  if (error != std::errc()) return std::nullopt;
  return percent;
}

}  // namespace tidemark::memory
