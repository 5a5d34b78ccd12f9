#include "memory/budget.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/units.h"
#include "memory/meter.h"

namespace tidemark::memory {
namespace {

// A size a user can pass to --memory: whole MiB, rounded up.
std::uint64_t CeilingMiB(std::uint64_t bytes) { return (bytes + kMiB - 1) / kMiB; }

// What decoders and the C library may still map after the start.
constexpr std::uint64_t kSlackBytes = kMiB;

#ifdef TIDEMARK_SANITIZED
constexpr bool kShadowed = true;
#else
constexpr bool kShadowed = false;
#endif

}  // namespace

Result<void> Budget::Admit(std::uint64_t planned_bytes) const {
  if (!ceiling_bytes_ || planned_bytes <= *ceiling_bytes_) return {};
  return Fail(ErrorCode::kMemory,
              fmt::format("the plan needs {} ({} bytes), over the ceiling of {}; the smallest "
                          "ceiling that would do is --memory {}M",
                          FormatBytes(planned_bytes), planned_bytes, FormatBytes(*ceiling_bytes_),
                          CeilingMiB(planned_bytes)));
}

std::uint64_t Budget::LimitFor(std::uint64_t planned_bytes, std::uint64_t our_bytes) const {
  if (kShadowed || reach_ == Reach::kRun) return planned_bytes;
  return std::max(planned_bytes, ReadProcessMemory().data_bytes + our_bytes + kSlackBytes);
}

Result<std::uint64_t> Budget::Enforce(std::uint64_t planned_bytes) const {
  const std::uint64_t limit = ceiling_bytes_.value_or(planned_bytes);
  if (kShadowed || reach_ == Reach::kRun) return limit;
  const std::uint64_t in_use = ReadProcessMemory().data_bytes;
  if (in_use > limit) {
    return Fail(ErrorCode::kMemory,
                fmt::format("the process already holds {} of private memory, over the ceiling of "
                            "{}; the smallest ceiling that would do is --memory {}M",
                            FormatBytes(in_use), FormatBytes(limit),
                            CeilingMiB(std::max(in_use, planned_bytes))));
  }
  rlimit data{};
  if (getrlimit(RLIMIT_DATA, &data) != 0) {
    return Fail(ErrorCode::kInternal, fmt::format("getrlimit: {}", std::strerror(errno)));
  }
  data.rlim_cur = std::min<rlim_t>(limit, data.rlim_max);
  if (setrlimit(RLIMIT_DATA, &data) != 0) {
    return Fail(ErrorCode::kInternal,
                fmt::format("cannot set the memory ceiling: {}", std::strerror(errno)));
  }
  return data.rlim_cur;
}

void Budget::Lift() const {
  if (reach_ == Reach::kRun) return;
  rlimit data{};
  if (getrlimit(RLIMIT_DATA, &data) != 0) return;
  data.rlim_cur = data.rlim_max;
  setrlimit(RLIMIT_DATA, &data);
}

}  // namespace tidemark::memory
