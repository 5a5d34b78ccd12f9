#include "engine/process_plan.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "engine/analyzer_bank.h"
#include "engine/block_feed.h"
#include "io/ffmpeg_source.h"
#include "memory/budget.h"
#include "memory/meter.h"

namespace tidemark::engine {
namespace {

// What a run touches of the process itself after its start, beyond the decoder's own allowance:
// code and tables of our analyzers, FFT plans, the heap's slack. Measured (docs/memory.md).
constexpr std::uint64_t kLaterFileBackedBytes = 2 * kMiB;
constexpr std::uint64_t kLaterAnonymousBytes = kMiB;
// Plans are equal from run to run though residency differs by some pages.
constexpr std::uint64_t kRounding = kMiB / 4;

std::uint64_t RoundUp(std::uint64_t bytes) {
  return (bytes + kRounding - 1) / kRounding * kRounding;
}

// As resident before the first file was opened; the same for every file of a run.
const memory::ProcessMemory& ProcessAtStart() {
  static const memory::ProcessMemory at_start = memory::ReadProcessMemory();
  return at_start;
}

}  // namespace

void AddProcessToPlan(const io::SourceInfo& info, Plan& plan) {
  const memory::ProcessMemory& process = ProcessAtStart();
  plan.Add("program and libraries, file-backed",
           RoundUp(process.file_bytes) + kLaterFileBackedBytes, PlanKind::kAllowance);
  plan.Add("program and libraries, anonymous", RoundUp(process.anon_bytes) + kLaterAnonymousBytes,
           PlanKind::kAllowance);
  plan.Add(info.decoder + " decoder, file-backed", info.allowance.file_backed_bytes,
           PlanKind::kAllowance);
  plan.Add(info.decoder + " decoder, anonymous", info.allowance.anonymous_bytes,
           PlanKind::kAllowance);
}

Result<std::unique_ptr<io::Source>> OpenWithin(const AnalyzeOptions& options,
                                               const std::string& path,
                                               const Cancellation& cancellation) {
  ProcessAtStart();
  io::OpenOptions open = options.open;
  open.cancellation = &cancellation;
  if (!options.memory_bytes) return io::OpenSource(path, open);

  io::SourceInfo with_ffmpeg;
  with_ffmpeg.decoder = "ffmpeg";
  with_ffmpeg.stream = {.sample_rate_hz = 48'000, .channels = 2};
  with_ffmpeg.allowance = io::kFfmpegAllowance;
  Plan smallest;
  AddProcessToPlan(with_ffmpeg, smallest);
  smallest.Add("decoded blocks",
               BlockFeed::PlanBytes({.block_frames = DefaultBlockFrames(2), .threaded = false}, 2),
               PlanKind::kOurs);
  AnalyzeOptions stereo = options;
  stereo.block_frames = DefaultBlockFrames(2);
  AnalyzerBank::AddToPlan(stereo, with_ffmpeg.stream, smallest);

  const memory::Budget budget(options.memory_bytes);
  const auto admitted = budget.Admit(smallest.TotalBytes());
  open.allow_ffmpeg = admitted.has_value();
  if (const auto limit = budget.Enforce(*options.memory_bytes); !limit) {
    return Fail(limit.error().code, fmt::format("{}: {}", Printable(path), limit.error().message));
  }
  auto source = io::OpenSource(path, open);
  if (!source && source.error().code == ErrorCode::kMemory && !open.allow_ffmpeg) {
    return Fail(ErrorCode::kMemory, fmt::format("{}: only FFmpeg reads this; {}", Printable(path),
                                                admitted.error().message));
  }
  return source;
}

}  // namespace tidemark::engine
