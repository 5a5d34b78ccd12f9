#include "engine/cut_run.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "base/text.h"
#include "base/units.h"
#include "edit/clip_sequence.h"
#include "edit/compat_rules.h"
#include "edit/report_html.h"
#include "edit/timeline_reader.h"
#include "edit/timeline_writer.h"
#include "engine/cut_copy.h"
#include "engine/cut_levels.h"
#include "engine/cut_paths.h"
#include "engine/cut_sequence.h"
#include "engine/process_plan.h"
#include "io/ffmpeg_encoder.h"
#include "io/pcm_layout.h"
#include "memory/budget.h"

namespace tidemark::engine {
namespace {

constexpr std::size_t kListHeadBytes = 64;
// Headers and lists may be this far apart; behind the end there is silence.
constexpr double kLengthSlack_s = 1;

bool IsList(const std::string& path) {
  struct stat status{};
  if (path == "-" || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  std::ifstream file(path, std::ios::binary);
  std::string head(kListHeadBytes, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  return edit::LooksLikeTimelineList(head);
}

bool Renders(CutProduct product) {
  return product == CutProduct::kMedia || product == CutProduct::kSequence;
}

}  // namespace

CutRun::~CutRun() = default;

Result<std::unique_ptr<CutRun>> CutRun::Open(const CutRequest& request,
                                             const Cancellation& cancellation) {
  std::unique_ptr<CutRun> run(new CutRun(request, cancellation));
  if (auto opened = run->OpenAll(); !opened) {
    return tl::unexpected<Error>(run->Named(opened.error()));
  }
  return run;
}

Result<void> CutRun::OpenAll() {
  NoteProcess();  // before a list is read: what it holds is not the program's
  from_list_ = IsList(request_.path);
  if (from_list_) TM_TRY(ReadList());
  const std::string& source = from_list_ ? timeline_->media.path : request_.path;
  TM_TRY_ASSIGN(media_, CutMedia::Open(source, request_.options, cancellation_));
  if (from_list_) TM_TRY(AdoptMedia());
  output_path_ = OutputPathOf(request_, source);
  return MakePlan();
}

Result<void> CutRun::ReadList() {
  if (!request_.rule_options.empty()) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("{}: is a list of cuts already, which {} would not change; leave it out",
                    Printable(request_.path), request_.rule_options.front()));
  }
  auto list = edit::ReadTimelineList(request_.path, &cancellation_);
  if (!list) return tl::unexpected<Error>(list.error());
  list_bytes_ = list->read_bytes + edit::TotalsBytes(list->timeline);
  timeline_ = std::move(list->timeline);
  timebase_is_implied_ = list->timebase_is_implied;
  return {};
}

// The list's timeline, of the recording as it is.
Result<void> CutRun::AdoptMedia() {
  if (timebase_is_implied_ && media_->info().video) {
    timeline_->timebase = edit::CompatTimebase(media_->info().video->frame_rate);
  }
  timeline_->media = media_->info();
  double& duration_s = timeline_->media.duration_s;
  std::int64_t end = 0;
  for (const Clip& clip : timeline_->clips) end = std::max(end, clip.end);
  const double end_s = timeline_->timebase.Seconds(end);
  if (duration_s > 0 && end_s > duration_s + kLengthSlack_s) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: has a clip up to {}, but {} lasts {}; is it the list of another "
                            "recording?",
                            Printable(request_.path), FormatDuration(end_s),
                            Printable(media_->info().path), FormatDuration(duration_s)));
  }
  duration_s = std::max(duration_s, timeline_->timebase.Seconds(timeline_->n_ticks));
  return {};
}

// Every speed at which a clip may be played, as far as the rules say.
std::vector<double> CutRun::Speeds() const {
  std::vector<double> speeds;
  const auto add = [&speeds](double speed) {
    if (std::ranges::find(speeds, speed) == speeds.end()) speeds.push_back(speed);
  };
  if (timeline_) {
    // Lists hold many clips of few speeds; the slowest and the fastest bound the others.
    const auto [slowest, fastest] = std::ranges::minmax(timeline_->clips, {}, &Clip::speed);
    add(slowest.speed);
    add(fastest.speed);
    return speeds;
  }
  const edit::CutRuleOptions& rules = request_.options.rules.options;
  add(rules.loud_speed);
  if (rules.silent_speed) add(*rules.silent_speed);
  for (const edit::ManualRange& range : rules.manual) add(range.speed);
  return speeds;
}

Result<void> CutRun::MakePlan() {
  const CutOptions& options = request_.options;
  media_->AddToPlan(plan_);
  if (from_list_) plan_.Add("list of cuts, as it is read", list_bytes_, PlanKind::kAllowance);
  if (request_.product == CutProduct::kLevels) {
    CutLevels::AddToPlan(*media_, plan_);
    return {};
  }
  if (!from_list_) {
    CutAnalysis::AddToPlan({.rules = options.rules, .waveform = !request_.report_path.empty()},
                           *media_, plan_);
  }
  if (request_.product == CutProduct::kCopy) {
    if (!media_->layout()) {
      plan_.Add("FFmpeg's libraries",
                io::kFfmpegLibraries.file_backed_bytes + io::kFfmpegLibraries.anonymous_bytes,
                PlanKind::kAllowance);
    }
    media_->AddCopyToPlan(plan_);
  }
  if (!Renders(request_.product)) return {};
  CutOutput output = request_.output;
  output.path = output_path_;
  TM_TRY_ASSIGN(render_plan_, CutRender::AddToPlan(output, *media_, Speeds(), options.memory_bytes,
                                                   cancellation_, plan_));
  return {};
}

std::vector<std::string> CutRun::Inputs() const {
  return {request_.path, media_->info().path, media_->open_path()};
}

Result<void> CutRun::Start() {
  const auto start = [this]() -> Result<void> {
    TM_TRY(CheckPaths(request_, output_path_, Inputs()));
    TM_TRY(Admit());
    state_ = State::kListening;
    if (from_list_ || request_.product == CutProduct::kLevels) return Advance();
    return BeginAnalysis();
  };
  if (auto started = start(); !started) return tl::unexpected<Error>(Named(started.error()));
  return {};
}

Result<void> CutRun::Admit() {
  std::uint64_t limit_bytes = 0;
  const memory::Budget budget(request_.options.memory_bytes, request_.options.reach);
  TM_TRY_ASSIGN(limit_bytes, HoldToPlan(plan_, budget, request_.path));
  meter_.SetPlan(plan_.TotalBytes(), limit_bytes);
  meter_.SampleNow();
  return {};
}

Result<void> CutRun::BeginAnalysis() {
  TM_TRY_ASSIGN(analysis_, CutAnalysis::Create({.rules = request_.options.rules,
                                                .waveform = !request_.report_path.empty()},
                                               *media_, cancellation_));
  name_ = request_.path + ": listening";
  return {};
}

Result<void> CutRun::EndAnalysis() {
  TM_TRY_ASSIGN(timeline_, analysis_->Decide());
  meter_.SampleNow();
  return Advance();
}

// To the next state that has something to do.
Result<void> CutRun::Advance() {
  if (state_ == State::kListening) {
    state_ = State::kWriting;
    if (request_.product != CutProduct::kNothing) return BeginPass();
  }
  if (state_ == State::kWriting) {
    state_ = State::kReporting;
    AddSourceWarnings();
    if (!request_.report_path.empty()) {
      name_ = request_.report_path;
      return {};
    }
  }
  state_ = State::kDone;
  return {};
}

Result<void> CutRun::BeginPass() {
  name_ = output_path_;
  CutOutput output = request_.output;
  output.path = output_path_;
  const auto frames = analysis_ ? analysis_->stream_frames() : std::span<const std::int64_t>();
  switch (request_.product) {
    case CutProduct::kMedia: {
      TM_TRY_ASSIGN(pass_, CutRender::Create(output, render_plan_, *media_, *timeline_, frames, {},
                                             cancellation_));
      return {};
    }
    case CutProduct::kSequence: {
      TM_TRY(CheckSequencePaths(request_, output_path_, timeline_->clips.size(), Inputs()));
      TM_TRY_ASSIGN(pass_, CutSequence::Create(output, render_plan_, *media_, *timeline_, frames,
                                               cancellation_));
      return {};
    }
    case CutProduct::kCopy: {
      std::unique_ptr<CutCopy> copy;
      TM_TRY_ASSIGN(copy, CutCopy::Create(output, *media_, *timeline_, cancellation_));
      copy_ = copy.get();
      pass_ = std::move(copy);
      return {};
    }
    case CutProduct::kLevels: {
      TM_TRY_ASSIGN(pass_, CutLevels::Create(output_path_, *media_, cancellation_));
      return {};
    }
    case CutProduct::kTimeline:
      TM_TRY(
          edit::WriteTimeline(*timeline_, request_.timeline_format, output_path_, &cancellation_));
      break;
    case CutProduct::kNothing:
      break;
  }
  return Advance();
}

Result<void> CutRun::EndPass() {
  auto written = pass_->Finish();
  if (const std::string text = pass_->warning(); !text.empty()) io::AddWarning(warning_, text);
  TM_TRY(std::move(written));
  if (copy_ != nullptr) {
    moves_ = copy_->moves();
    copied_ = copy_->Written(*timeline_);
    copy_ = nullptr;
  }
  pass_.reset();
  return Advance();
}

Result<CutRun::Step> CutRun::Next() {
  auto step = [&]() -> Result<Step> {
    Step now{.done = false, .name = name_};
    bool more = false;
    if (state_ == State::kListening) {
      TM_TRY_ASSIGN(more, analysis_->Next());
      now.done_s = analysis_->done_s();
      now.total_s = media_->info().duration_s;
      if (!more) TM_TRY(EndAnalysis());
    } else if (state_ == State::kWriting) {
      TM_TRY_ASSIGN(more, pass_->Next());
      now.done_s = pass_->done_s();
      now.total_s = pass_->total_s();
      if (!more) TM_TRY(EndPass());
    } else {
      if (state_ == State::kReporting) TM_TRY(WriteReport());
      state_ = State::kDone;
    }
    meter_.Sample();
    now.name = name_;
    now.done = state_ == State::kDone;
    return now;
  }();
  if (!step) return tl::unexpected<Error>(Named(step.error()));
  return step;
}

void CutRun::AddSourceWarnings() {
  for (std::size_t stream = 0; stream < media_->n_streams(); ++stream) {
    const io::Source& source = media_->source(stream);
    if (source.truncated()) {
      io::AddWarning(warning_, "the recording ends before its header says; what is there was cut");
    }
    if (const std::string text = source.warning(); !text.empty()) io::AddWarning(warning_, text);
  }
}

Result<void> CutRun::WriteReport() {
  const bool written = WritesOutput(request_);
  edit::CutReport report{.timeline = copied_ ? *copied_ : *timeline_,
                         .waveform = {},
                         .output = written ? output_path_ : std::string(),
                         .options = {},
                         .version = TIDEMARK_VERSION};
  if (analysis_) report.waveform.min_max = analysis_->waveform();
  report.options = request_.report_options;
  if (from_list_) report.options = {{"list", request_.path}};
  return edit::WriteCutReport(report, request_.report_path, &cancellation_);
}

CutSummary CutRun::Finish() {
  CutSummary summary;
  summary.input = request_.path;
  if (WritesOutput(request_)) summary.output = output_path_;
  if (request_.product == CutProduct::kSequence) {
    const std::size_t n = timeline_->clips.size();
    summary.output = edit::ClipSequencePath(output_path_, 0, n);
    if (n > 1) summary.last_output = edit::ClipSequencePath(output_path_, n - 1, n);
  }
  if (timeline_) summary.totals = edit::TotalsOf(copied_ ? *copied_ : *timeline_);
  summary.memory = meter_.Memory();
  summary.time = meter_.Time(summary.totals.source_s);
  summary.warning = Named(warning_);
  summary.moves = moves_;
  return summary;
}

// Messages call what a pipe was spooled to by the name that the user gave.
std::string CutRun::Named(std::string text) const {
  return media_ ? media_->Named(std::move(text)) : text;
}

Error CutRun::Named(Error error) const {
  error.message = Named(std::move(error.message));
  return error;
}

}  // namespace tidemark::engine
