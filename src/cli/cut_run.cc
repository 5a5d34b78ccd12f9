#include "cli/cut_run.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "base/text.h"
#include "base/units.h"
#include "cli/cut_page.h"
#include "cli/message.h"
#include "edit/clip_sequence.h"
#include "edit/compat_rules.h"
#include "edit/timeline_reader.h"
#include "edit/timeline_writer.h"
#include "engine/cut_render.h"
#include "engine/cut_summary.h"
#include "engine/cut_tracks.h"
#include "engine/level_log.h"
#include "engine/plan_text.h"
#include "io/ffmpeg_copy.h"
#include "io/ffmpeg_encoder.h"
#include "io/pcm_layout.h"
#include "memory/budget.h"

namespace tidemark::cli {
namespace {

constexpr std::size_t kListHeadBytes = 64;
constexpr std::size_t kLevelFrames = kBlockFrames;

bool IsList(const std::string& path) {
  struct stat status{};
  if (path == "-" || stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  std::ifstream file(path, std::ios::binary);
  std::string head(kListHeadBytes, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  return edit::LooksLikeTimelineList(head);
}

// The fastest that a clip may be played, as far as the rules say.
double MaxSpeed(const engine::CutRules& rules, const std::optional<edit::Timeline>& timeline) {
  double speed = std::max(rules.options.loud_speed, rules.options.silent_speed.value_or(1));
  for (const edit::ManualRange& range : rules.options.manual) speed = std::max(speed, range.speed);
  if (timeline) {
    for (const Clip& clip : timeline->clips) speed = std::max(speed, clip.speed);
  }
  return speed;
}

}  // namespace

CutRun::CutRun(const CutCommand& command, const Cancellation& cancellation)
    : command_(command), cancellation_(cancellation), progress_(command.progress) {}

Error CutRun::Named(Error error) const {
  if (!media_ || media_->open_path() == command_.path) return error;
  const std::string& inner = media_->open_path();
  const std::string name = command_.path == "-" ? "standard input" : Printable(command_.path);
  for (std::size_t at = 0; (at = error.message.find(inner, at)) != std::string::npos;) {
    error.message.replace(at, inner.size(), name);
    at += name.size();
  }
  return error;
}

void CutRun::AddWarning(const std::string& text) {
  if (!text.empty()) io::AddWarning(warning_, text);
}

Result<void> CutRun::Run() {
  TM_TRY(Open());
  TM_TRY(MakePlan());
  if (command_.explain) {
    return PrintOut(engine::PlanText(plan_, Printable(command_.path)))
               ? Result<void>()
               : Fail(ErrorCode::kIo, "standard output: cannot write");
  }
  if (command_.levels) return WriteLevels();
  if (!from_list_) TM_TRY(Analyze());
  if (!command_.dry_run) TM_TRY(WriteResult());
  if (!command_.report_path.empty()) TM_TRY(WriteReport());
  return PrintSummary();
}

Result<void> CutRun::Open() {
  memory::Budget::Lift();
  from_list_ = IsList(command_.path);
  if (from_list_) TM_TRY(ReadList());
  const std::string& source = from_list_ ? timeline_->media.path : command_.path;
  TM_TRY_ASSIGN(media_, engine::CutMedia::Open(source, command_.options.open, cancellation_));
  if (from_list_) {
    if (timebase_is_implied_ && media_->info().video) {
      timeline_->timebase = edit::CompatTimebase(media_->info().video->frame_rate);
    }
    timeline_->media = media_->info();
    timeline_->media.duration_s =
        std::max(media_->info().duration_s, timeline_->timebase.Seconds(timeline_->n_ticks));
  }
  const bool writes = !command_.dry_run && !command_.levels && !command_.explain;
  if (!writes) return {};
  const bool sequence = command_.export_format == edit::TimelineFormat::kClipSequence;
  return sequence ? Result<void>() : CheckOutput(OutputPath());
}

Result<void> CutRun::ReadList() {
  auto list = edit::ReadTimelineList(command_.path, &cancellation_);
  if (!list) return tl::unexpected<Error>(list.error());
  timeline_ = std::move(list->timeline);
  timebase_is_implied_ = list->timebase_is_implied;
  return {};
}

std::string CutRun::OutputPath() const {
  if (!command_.output.empty()) return command_.output;
  const std::string& source = from_list_ ? timeline_->media.path : command_.path;
  if (command_.export_format) return edit::DefaultTimelinePath(source, *command_.export_format);
  return engine::DefaultOutputPath(source);
}

// Refuses before the first pass what would be refused after it.
Result<void> CutRun::CheckOutput(const std::string& path) const {
  if (path == "-") return {};
  for (const std::string& input : {command_.path, media_->open_path()}) {
    if (!IsSameFile(input, path)) continue;
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: is the input, which is never touched; choose another name with -o",
                            Printable(path)));
  }
  struct stat status{};
  if (stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && !command_.media.overwrite) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: exists already; choose another name, or --overwrite replaces it",
                            Printable(path)));
  }
  return {};
}

Result<void> CutRun::MakePlan() {
  const engine::CutOptions& options = command_.options;
  media_->AddToPlan(plan_);
  if (!from_list_) {
    engine::CutAnalysis::AddToPlan(
        {.rules = options.rules, .waveform = !command_.report_path.empty()}, *media_, plan_);
  }
  if (!command_.dry_run && !command_.levels && !command_.copy &&
      (!command_.export_format || command_.export_format == edit::TimelineFormat::kClipSequence)) {
    engine::CutOutput output = command_.media;
    output.path = OutputPath();
    TM_TRY_ASSIGN(video_bytes_,
                  engine::CutRender::AddToPlan(output, *media_, MaxSpeed(options.rules, timeline_),
                                               options.memory_bytes, cancellation_, plan_));
  }
  if (command_.copy && !media_->layout()) {
    plan_.Add("FFmpeg's libraries",
              io::kFfmpegLibraries.file_backed_bytes + io::kFfmpegLibraries.anonymous_bytes,
              engine::PlanKind::kAllowance);
  }
  if (command_.explain) return {};
  const memory::Budget budget(options.memory_bytes);
  const std::uint64_t needed = memory::Budget::LimitFor(plan_.TotalBytes(), plan_.OurBytes());
  if (const auto admitted = budget.Admit(needed); !admitted) {
    return Fail(ErrorCode::kMemory,
                fmt::format("{}: {}", Printable(command_.path), admitted.error().message));
  }
  std::uint64_t limit_bytes = 0;
  TM_TRY_ASSIGN(limit_bytes, budget.Enforce(needed));
  meter_.SetPlan(plan_.TotalBytes(), limit_bytes);
  meter_.SampleNow();
  return {};
}

Result<void> CutRun::WriteLevels() {
  auto output = io::OutputFile::Create(command_.output, io::OutputFile::Mode::kWhole);
  if (!output) return tl::unexpected<Error>(output.error());
  io::Source& source = media_->source(0);
  const StreamFormat& format = source.info().stream;
  const auto video = media_->info().video;
  const auto rate = video ? std::optional(video->frame_rate) : std::nullopt;
  engine::LevelLog log(edit::CompatTimebase(rate), format.sample_rate_hz, *output);
  const auto channels = static_cast<std::size_t>(format.channels);
  std::vector<float> samples(channels * kLevelFrames);
  std::vector<float*> planes(channels);
  for (std::size_t c = 0; c < channels; ++c) planes[c] = samples.data() + c * kLevelFrames;
  for (;;) {
    if (cancellation_.requested()) return Fail(ErrorCode::kCancelled, "interrupted");
    std::size_t n = 0;
    TM_TRY_ASSIGN(n, source.Read({planes, kLevelFrames}));
    log.Push({planes, n});
    if (n < kLevelFrames) break;
  }
  log.Finish();
  return output->Commit();
}

Result<void> CutRun::Analyze() {
  TM_TRY_ASSIGN(analysis_, engine::CutAnalysis::Create({.rules = command_.options.rules,
                                                        .waveform = !command_.report_path.empty()},
                                                       *media_, cancellation_));
  const double duration_s = media_->info().duration_s;
  progress_.BeginFile(command_.path + ": listening",
                      duration_s > 0 ? std::optional(duration_s) : std::nullopt);
  for (;;) {
    auto more = analysis_->Next();
    if (!more) {
      progress_.EndFile();
      return tl::unexpected<Error>(more.error());
    }
    if (!*more) break;
    progress_.Update(analysis_->done_s());
    meter_.Sample();
  }
  progress_.EndFile();
  TM_TRY_ASSIGN(timeline_, analysis_->Decide());
  meter_.SampleNow();
  if (media_->source(0).truncated()) {
    AddWarning("the recording ends before its header says; what is there was cut");
  }
  AddWarning(media_->source(0).warning());
  return {};
}

Result<void> CutRun::WriteResult() {
  output_ = OutputPath();
  if (command_.copy) return Copy();
  if (!command_.export_format) return Render(*timeline_, output_);
  if (*command_.export_format == edit::TimelineFormat::kClipSequence) return RenderSequence();
  return edit::WriteTimeline(*timeline_, *command_.export_format, output_);
}

Result<void> CutRun::Render(const edit::Timeline& timeline, const std::string& path) {
  engine::CutOutput output = command_.media;
  output.path = path;
  std::unique_ptr<engine::CutRender> render;
  const auto frames = analysis_ ? analysis_->stream_frames() : std::span<const std::int64_t>();
  TM_TRY_ASSIGN(render, engine::CutRender::Create(output, *media_, timeline, frames, video_bytes_,
                                                  cancellation_));
  progress_.BeginFile(path, render->total_s());
  Result<void> written;
  for (;;) {
    const auto more = render->Next();
    if (!more) written = tl::unexpected<Error>(more.error());
    if (!more || !*more) break;
    progress_.Update(render->done_s());
    meter_.Sample();
  }
  if (written) written = render->Finish();
  progress_.EndFile();
  AddWarning(render->warning());
  return written;
}

Result<void> CutRun::RenderSequence() {
  const std::size_t n_clips = timeline_->clips.size();
  const std::string output = OutputPath();
  for (std::size_t i = 0; i < n_clips; ++i) {
    TM_TRY(CheckOutput(edit::ClipSequencePath(output, i, n_clips)));
  }
  for (std::size_t i = 0; i < n_clips; ++i) {
    edit::Timeline one = *timeline_;
    one.clips = {timeline_->clips[i]};
    TM_TRY(Render(one, edit::ClipSequencePath(output, i, n_clips)));
  }
  return {};
}

Result<void> CutRun::Copy() {
  io::CopySpec spec;
  spec.input_path = media_->open_path();
  spec.output_path = output_;
  spec.container = command_.media.container;
  spec.timebase = timeline_->timebase;
  spec.clips = timeline_->clips;
  spec.overwrite = command_.media.overwrite;
  spec.cancellation = &cancellation_;
  std::unique_ptr<io::CopyCut> copy;
  TM_TRY_ASSIGN(copy, io::OpenCopyCut(spec));
  progress_.BeginFile(output_, copy->total_s());
  Result<void> written;
  for (;;) {
    const auto more = copy->Step();
    if (!more) written = tl::unexpected<Error>(more.error());
    if (!more || !*more) break;
    progress_.Update(copy->done_s());
    meter_.Sample();
  }
  if (written) written = copy->Finish();
  progress_.EndFile();
  TM_TRY(written);
  for (const std::string& note : copy->notes()) AddWarning(note);
  // What was written, rather than what was asked for, is what the summary counts.
  for (std::size_t i = 0; i < copy->clips().size(); ++i) {
    const io::CopiedClip& clip = copy->clips()[i];
    moves_.push_back(engine::CutMove{.asked_begin_s = clip.asked_begin_s,
                                     .asked_end_s = clip.asked_end_s,
                                     .begin_s = clip.begin_s,
                                     .end_s = clip.end_s});
  }
  return {};
}

Result<void> CutRun::WriteReport() {
  const std::span<const float> waveform =
      analysis_ ? analysis_->waveform() : std::span<const float>();
  return WriteCutPage(command_, *timeline_, waveform, output_);
}

Result<void> CutRun::PrintSummary() {
  engine::CutSummary summary;
  summary.input = command_.path;
  summary.output = output_;
  summary.totals = edit::TotalsOf(*timeline_);
  summary.memory = meter_.Memory();
  summary.time = meter_.Time(summary.totals.source_s);
  summary.warning = warning_;
  summary.moves = moves_;
  if (!warning_.empty()) {
    PrintMessage(fmt::format("{}: warning: {}", Printable(command_.path), warning_));
  }
  if (output_ == "-") return {};
  const bool printed =
      PrintOut(command_.json ? engine::CutSummaryJson(summary) : engine::CutSummaryText(summary));
  if (!printed) return Fail(ErrorCode::kIo, "standard output: cannot write");
  return {};
}

}  // namespace tidemark::cli
