#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <linux/landlock.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/message.h"
#include "io/open_source.h"
#include "memory/system_memory.h"

namespace tidemark::cli {
namespace {

std::string Processor() {
  cpu_set_t usable;
  const int n = sched_getaffinity(0, sizeof(usable), &usable) == 0 ? CPU_COUNT(&usable) : 0;
  std::string text = fmt::format("{} usable of {} cores", n, sysconf(_SC_NPROCESSORS_ONLN));
#if defined(__x86_64__)
  const char* simd = __builtin_cpu_supports("avx512f") ? "AVX-512"
                     : __builtin_cpu_supports("avx2")  ? "AVX2"
                                                       : "SSE2";
  text += fmt::format(", {}", simd);
#endif
  return text;
}

std::string MemoryLimit() {
  const std::string physical = FormatBytes(memory::PhysicalMemoryBytes()) + " physical";
  const auto group = memory::FindCgroupMemory();
  if (!group) return physical + ", no memory cgroup";
  const std::string limit = group->limit_bytes ? FormatBytes(*group->limit_bytes) : "no limit";
  return fmt::format("{}, cgroup v{}: {}", physical, group->version, limit);
}

std::string Pressure() {
  const auto percent = memory::MemoryPressurePercent();
  return percent ? fmt::format("{:.2f} % of the last 10 s stalled on memory", *percent)
                 : std::string("no PSI in this kernel");
}

std::string Allocator() { return fmt::format("glibc {}, one arena", gnu_get_libc_version()); }

std::string Decoders() {
  const auto rows = io::ListFormats();
  const auto count = [&](std::string_view decoder) {
    return std::count_if(rows.begin(), rows.end(),
                         [&](const io::FormatRow& row) { return row.decoder == decoder; });
  };
  const auto n_ffmpeg = count("ffmpeg");
  return fmt::format("pcm: {} formats, libsndfile: {}, ffmpeg: {}", count("pcm"),
                     count("libsndfile"),
                     n_ffmpeg > 0 ? std::to_string(n_ffmpeg) : "the module is not installed");
}

std::string Sandbox() {
  std::string text;
  const bool seccomp = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
  const bool no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0;
  const long landlock =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  text += seccomp ? "seccomp yes" : "seccomp no";
  text += no_new_privs ? ", no_new_privs yes" : ", no_new_privs no";
  text += landlock > 0 ? fmt::format(", Landlock ABI {}", landlock) : std::string(", Landlock no");
  return text;
}

std::string System() {
  utsname name{};
  if (uname(&name) != 0) return "unknown";
  return fmt::format("{} {} {}", name.sysname, name.release, name.machine);
}

}  // namespace

int RunDoctor() {
  std::string text = "tidemark " TIDEMARK_VERSION "\n";
  const auto line = [&](const char* name, const std::string& value) {
    fmt::format_to(std::back_inserter(text), "  {:<10} {}\n", name, value);
  };
  line("system", System());
  line("processor", Processor());
  line("memory", MemoryLimit());
  line("pressure", Pressure());
  line("allocator", Allocator());
  line("decoders", Decoders());
  line("sandbox", Sandbox());
  return PrintOut(text) ? kExitOk : kExitIo;
}

}  // namespace tidemark::cli
