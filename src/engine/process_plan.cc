#include "engine/process_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "base/units.h"
#include "io/ffmpeg_source.h"
#include "memory/meter.h"

namespace tidemark::engine {
namespace {

// The program with its libraries, without a decoder's own allowance: what is resident at the end of
// a run, measured (docs/memory.md). Constants, so that the same file always has the same plan.
constexpr std::uint64_t kProgramFileBackedBytes = 33 * kMiB / 4;
constexpr std::uint64_t kProgramAnonymousBytes = 3 * kMiB / 2;
// Where a kernel maps more at the start than was ever measured, the plan is what it mapped and what
// a run touches later.
constexpr std::uint64_t kLaterFileBackedBytes = 3 * kMiB / 2;
constexpr std::uint64_t kLaterAnonymousBytes = 3 * kMiB / 4;

// As resident before the first file was opened; the same for every file of a run.
const memory::ProcessMemory& ProcessAtStart() {
  static const memory::ProcessMemory at_start = memory::ReadProcessMemory();
  return at_start;
}

}  // namespace

void NoteProcess() { ProcessAtStart(); }

void AddProcessToPlan(const io::SourceInfo& info, memory::Reach reach, Plan& plan) {
  if (reach == memory::Reach::kProcess) {
    const memory::ProcessMemory& process = ProcessAtStart();
    plan.Add("program and libraries, file-backed",
             std::max(kProgramFileBackedBytes, process.file_bytes + kLaterFileBackedBytes),
             PlanKind::kAllowance);
    plan.Add("program and libraries, anonymous",
             std::max(kProgramAnonymousBytes, process.anon_bytes + kLaterAnonymousBytes),
             PlanKind::kAllowance);
  }
  plan.Add(info.decoder + " decoder, file-backed", info.allowance.file_backed_bytes,
           PlanKind::kAllowance);
  plan.Add(info.decoder + " decoder, anonymous", info.allowance.anonymous_bytes,
           PlanKind::kAllowance);
}

Result<std::unique_ptr<io::Source>> OpenWithin(const memory::Budget& budget, const Plan& rest,
                                               const std::string& path, io::OpenOptions open) {
  ProcessAtStart();
  const std::optional<std::uint64_t> memory_bytes = budget.ceiling_bytes();
  if (!memory_bytes) {
    // The plan of the file before says nothing about this one, which may need another decoder.
    budget.Lift();
    return io::OpenSource(path, open);
  }

  io::SourceInfo with_ffmpeg;
  with_ffmpeg.decoder = "ffmpeg";
  with_ffmpeg.stream = {.sample_rate_hz = 48'000, .channels = 2};
  with_ffmpeg.allowance = io::kFfmpegAllowance;
  Plan smallest;
  AddProcessToPlan(with_ffmpeg, budget.reach(), smallest);
  for (const PlanRow& row : rest.rows()) smallest.Add(row.stage, row.bytes, row.kind);

  const auto admitted = budget.Admit(smallest.TotalBytes());
  open.allow_ffmpeg = admitted.has_value();
  // Below what the process holds already nothing can be enforced; the plan will not fit either, and
  // its refusal names a ceiling that would do.
  if (ProcessAtStart().data_bytes < *memory_bytes) {
    const auto limit = budget.Enforce(*memory_bytes);
    if (!limit) return tl::unexpected<Error>(limit.error());
  }
  auto source = io::OpenSource(path, open);
  if (!source && source.error().code == ErrorCode::kMemory && !open.allow_ffmpeg) {
    return Fail(ErrorCode::kMemory, fmt::format("{}: only FFmpeg reads this; {}", Printable(path),
                                                admitted.error().message));
  }
  return source;
}

Result<std::uint64_t> HoldToPlan(const Plan& plan, const memory::Budget& budget,
                                 const std::string& path) {
  const std::uint64_t needed = budget.LimitFor(plan.TotalBytes(), plan.OurBytes());
  if (const auto admitted = budget.Admit(needed); !admitted) {
    return Fail(ErrorCode::kMemory,
                fmt::format("{}: {}", Printable(path), admitted.error().message));
  }
  return budget.Enforce(needed);
}

}  // namespace tidemark::engine
