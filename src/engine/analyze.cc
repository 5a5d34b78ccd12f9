#include "engine/analyze.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>

#include "base/text.h"
#include "base/units.h"
#include "engine/process_plan.h"
#include "memory/heap.h"

namespace tidemark::engine {
namespace {

// The size that --max-ratio compares: what a naive program would hold.
constexpr double kBytesPerPcmSample = 2;

int UsableCores() {
  cpu_set_t cores;
  return sched_getaffinity(0, sizeof(cores), &cores) == 0 ? CPU_COUNT(&cores) : 1;
}

std::optional<std::uint64_t> RegularFileBytes(const std::string& path, int fd) {
  struct stat status{};
  if (fd >= 0) {
    if (fstat(fd, &status) != 0) return std::nullopt;
  } else if (path == "-" || stat(path.c_str(), &status) != 0) {
    return std::nullopt;
  }
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

double Seconds(std::int64_t n_frames, const io::SourceInfo& info) {
  return static_cast<double>(n_frames) / info.stream.sample_rate_hz;
}

// What analysing stereo takes besides the process and its decoder.
Plan RestForStereo(const AnalyzeOptions& options) {
  AnalyzeOptions stereo = options;
  stereo.block_frames = DefaultBlockFrames(2);
  Plan plan;
  plan.Add("stack of the decoding thread", kDecodeStackBytes, PlanKind::kOurs);
  plan.Add("decoded blocks",
           BlockFeed::PlanBytes({.block_frames = stereo.block_frames, .threaded = true}, 2),
           PlanKind::kOurs);
  AnalyzerBank::AddToPlan(stereo, {.sample_rate_hz = 48'000, .channels = 2}, plan);
  return plan;
}

tl::unexpected<Error> RefuseRatio(const std::string& path) {
  return Fail(
      ErrorCode::kUsage,
      fmt::format("{}: --max-ratio needs a file whose size is known; use --max-duration for "
                  "a pipe",
                  Printable(path)));
}

}  // namespace

AnalyzeRun::AnalyzeRun(const AnalyzeOptions& options, const Cancellation& cancellation)
    : options_(options),
      cancellation_(cancellation),
      budget_(options.memory_bytes, options.reach),
      meter_(options.reach) {}

AnalyzeRun::~AnalyzeRun() = default;

Result<std::unique_ptr<AnalyzeRun>> AnalyzeRun::Open(const std::string& path,
                                                     const AnalyzeOptions& options,
                                                     const Cancellation& cancellation) {
  std::unique_ptr<AnalyzeRun> run(new AnalyzeRun(options, cancellation));
  if (options.max_ratio) {
    const auto bytes = RegularFileBytes(path, options.open.fd);
    if (!bytes) return RefuseRatio(path);
    run->input_bytes_ = *bytes;
  }
  io::OpenOptions open = options.open;
  open.cancellation = &cancellation;
  auto source = OpenWithin(run->budget_, RestForStereo(options), path, open);
  // A decoder may take the end of waiting for the end of the input.
  if (cancellation.requested()) return Fail(ErrorCode::kCancelled, "interrupted");
  if (!source) return tl::unexpected<Error>(std::move(source).error());
  TM_TRY(run->Adopt(*std::move(source)));
  return run;
}

Result<std::unique_ptr<AnalyzeRun>> AnalyzeRun::Open(std::unique_ptr<io::Source> source,
                                                     const AnalyzeOptions& options,
                                                     const Cancellation& cancellation) {
  if (options.max_ratio) return RefuseRatio(source->info().path);
  std::unique_ptr<AnalyzeRun> run(new AnalyzeRun(options, cancellation));
  TM_TRY(run->Adopt(std::move(source)));
  return run;
}

Result<void> AnalyzeRun::Adopt(std::unique_ptr<io::Source> source) {
  source_ = std::move(source);
  const io::SourceInfo& info = source_->info();
  file_.source = info;
  if (info.declared_frames) file_.declared_duration_s = Seconds(*info.declared_frames, info);
  TM_TRY_ASSIGN(ranges_, RangePlan::Create(options_.ranges, info));
  if (const auto total = ranges_.TotalFrames()) TM_TRY(CheckLimits(*total));
  if (info.declared_frames && options_.ranges.start_s == 0 && !options_.ranges.duration_s &&
      !options_.ranges.sample_s) {
    TM_TRY(CheckLimits(*info.declared_frames));
  }
  MakePlan();
  return {};
}

void AnalyzeRun::MakePlan() {
  const StreamFormat& format = source_->info().stream;
  const std::size_t frames = options_.block_frames;
  feed_options_.block_frames = frames > 0
                                   ? (frames + kBlockFrames - 1) / kBlockFrames * kBlockFrames
                                   : DefaultBlockFrames(format.channels);
  const int n_threads = options_.n_threads > 0 ? options_.n_threads : UsableCores();
  feed_options_.threaded = n_threads > 1;
  options_.block_frames = feed_options_.block_frames;
  AddProcessToPlan(source_->info(), options_.reach, plan_);
  if (feed_options_.threaded) {
    plan_.Add("stack of the decoding thread", kDecodeStackBytes, PlanKind::kOurs);
  }
  plan_.Add("decoded blocks", BlockFeed::PlanBytes(feed_options_, format.channels),
            PlanKind::kOurs);
  AnalyzerBank::AddToPlan(options_, format, plan_);
}

Result<void> AnalyzeRun::Start() {
  const std::uint64_t needed = budget_.LimitFor(plan_.TotalBytes(), plan_.OurBytes());
  if (const auto admitted = budget_.Admit(needed); !admitted) {
    return Fail(ErrorCode::kMemory,
                fmt::format("{}: {}", Printable(source_->info().path), admitted.error().message));
  }
  std::size_t arena_bytes = BlockFeed::PlanBytes(feed_options_, source_->info().stream.channels);
  Plan analyzers;
  AnalyzerBank::AddToPlan(options_, source_->info().stream, analyzers);
  arena_bytes += analyzers.OurBytes();
  TM_TRY_ASSIGN(arena_, memory::Arena::Create(arena_bytes));
  TM_TRY_ASSIGN(bank_,
                AnalyzerBank::Create(options_, source_->info(), feed_options_.threaded, *arena_));
  std::uint64_t limit_bytes = 0;
  TM_TRY_ASSIGN(limit_bytes, budget_.Enforce(needed));
  meter_.SetPlan(plan_.TotalBytes(), limit_bytes);
  TM_TRY_ASSIGN(feed_, BlockFeed::Create(feed_options_, *source_, ranges_, cancellation_,
                                         bank_->ahead(), *arena_));
  meter_.SampleNow();
  return {};
}

Result<AnalyzeRun::Step> AnalyzeRun::Next() {
  if (!allocations_before_) allocations_before_ = memory::ReadHeap().allocations;
  const auto fed = feed_->Next();
  if (cancellation_.requested()) return Fail(ErrorCode::kCancelled, "interrupted");
  if (!fed) return tl::unexpected<Error>(fed.error());
  const ReadBlock& block = *fed;
  if (frames_done_ == 0) file_.read.start_s = Seconds(block.first_frame, source_->info());
  Step step;
  step.done = block.audio.n_frames() == 0;
  if (step.done && frames_done_ == 0) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: holds no audio{}", Printable(source_->info().path),
                            options_.ranges.start_s > 0 ? " behind --start" : ""));
  }
  if (step.done) {
    TM_TRY(bank_->Finish());
    meter_.SetAllocations(memory::ReadHeap().allocations - *allocations_before_);
  } else {
    frames_done_ += static_cast<std::int64_t>(block.audio.n_frames());
    TM_TRY(CheckLimits(frames_done_));
    TM_TRY(bank_->Push(block));
  }
  step.new_intervals = bank_->new_intervals();
  step.new_beats = bank_->new_beats();
  step.new_tempo = bank_->new_tempo();
  step.done ? meter_.SampleNow() : meter_.Sample();
  return step;
}

Result<void> AnalyzeRun::CheckLimits(std::int64_t n_frames) const {
  const io::SourceInfo& info = source_->info();
  if (options_.max_duration_s && Seconds(n_frames, info) > *options_.max_duration_s) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: holds more audio than --max-duration {} allows",
                            Printable(info.path), FormatDuration(*options_.max_duration_s)));
  }
  const double pcm_bytes =
      static_cast<double>(n_frames) * info.stream.channels * kBytesPerPcmSample;
  if (options_.max_ratio && pcm_bytes > *options_.max_ratio * static_cast<double>(input_bytes_)) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: decodes to more than --max-ratio {} times its size of {}",
                            Printable(info.path), *options_.max_ratio, FormatBytes(input_bytes_)));
  }
  return {};
}

void AnalyzeRun::FillFile(FileSection& file) const {
  const io::SourceInfo& info = source_->info();
  file = file_;
  file.read.duration_s = done_s();
  file.read.n_pieces = ranges_.n_ranges();
  file.read.whole =
      options_.ranges.start_s == 0 && !options_.ranges.duration_s && !ranges_.sampled();
  file.duration_s =
      file.read.whole ? done_s() : file_.declared_duration_s.value_or(file.read.start_s + done_s());
  file.truncated = source_->truncated();
  file.warning = source_->warning();
  if (file.read.whole && info.declared_frames && file.truncated && file.warning.empty()) {
    file.warning = fmt::format("truncated: {} of {} declared", FormatDuration(done_s()),
                               FormatDuration(*file.declared_duration_s));
  }
}

Report AnalyzeRun::Finish() {
  Report report;
  feed_.reset();
  FillFile(report.file);
  bank_->FillReport(report);
  report.memory = meter_.Memory();
  report.time = meter_.Time(done_s());
  return report;
}

double AnalyzeRun::done_s() const { return Seconds(frames_done_, source_->info()); }

std::optional<double> AnalyzeRun::total_s() const {
  const io::SourceInfo& info = source_->info();
  if (const auto frames = ranges_.TotalFrames()) return Seconds(*frames, info);
  if (info.declared_frames) return Seconds(*info.declared_frames, info) - options_.ranges.start_s;
  return std::nullopt;
}

}  // namespace tidemark::engine
