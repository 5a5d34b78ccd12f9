// --format text: for people.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>

#include "base/text.h"
#include "base/units.h"
#include "engine/plan_text.h"
#include "engine/report_writer.h"

namespace tidemark::engine {
namespace {

// More intervals than this are counted, not listed; csv, json and audacity have them all.
constexpr std::size_t kListedIntervals = 8;

std::string Number(std::optional<double> value, const char* unit, int decimals = 1) {
  return value ? fmt::format("{:.{}f} {}", *value, decimals, unit) : std::string("-");
}

class TextWriter final : public ReportWriter {
 public:
  explicit TextWriter(io::OutputFile output) : output_(std::move(output)) {}

  Result<void> BeginFile(const FileSection&, const Plan&) override { return {}; }

  Result<void> WriteReport(const Report& report, const RunLogs& logs) override {
    Separate();
    WriteFile(report.file);
    if (report.features.Has(Feature::kTuning)) WriteTuning(report.tuning);
    if (report.features.Has(Feature::kDominant)) WriteDominant(report.dominant);
    if (report.features.Has(Feature::kTempo)) WriteTempo(report.tempo);
    if (report.features.Has(Feature::kBeats)) TM_TRY(WriteBeats(report.beats, logs.beats));
    if (report.loudness) {
      WriteLoudness(*report.loudness, report.features.Has(Feature::kTruePeak));
    }
    if (report.activity) TM_TRY(WriteActivity(report, *report.activity, logs.intervals));
    if (report.waveform) {
      Line("Waveform", fmt::format("{} pixels of {} samples in {}", report.waveform->n_pixels,
                                   report.waveform->options.samples_per_pixel,
                                   Printable(report.waveform->path)));
    }
    if (report.click) {
      Line("Click",
           fmt::format("{} clicks in {}", report.click->n_clicks, Printable(report.click->path)));
    }
    WriteCost(report.memory, report.time);
    return output_.Flush();
  }

  // The line on standard error says it all.
  Result<void> WriteFailure(std::string_view, const Error&, int) override { return {}; }

  Result<void> WritePlan(const FileSection& file, const Plan& plan) override {
    Separate();
    output_.Write(PlanText(plan, fmt::format("{} ({}, {})", Printable(file.source.path),
                                             file.source.format, file.source.decoder)));
    return {};
  }

  Result<void> End() override { return output_.Commit(); }

 private:
  void Line(std::string_view name, std::string_view text) {
    output_.Write(fmt::format("  {:<10} {}\n", name, text));
  }

  void Separate() {
    if (!first_) output_.Put('\n');
    first_ = false;
  }

  void WriteFile(const FileSection& file) {
    const io::SourceInfo& source = file.source;
    output_.Write(Printable(source.path) + "\n");
    Line("File", fmt::format("{} {}, {} Hz, {} channel{}, {} (read by {})", source.format,
                             source.encoding, source.stream.sample_rate_hz, source.stream.channels,
                             source.stream.channels == 1 ? "" : "s",
                             FormatDuration(file.duration_s), source.decoder));
    if (!file.read.whole) {
      Line("Read", fmt::format("{} from {}{}", FormatDuration(file.read.duration_s),
                               FormatDuration(file.read.start_s),
                               file.read.n_pieces > 1
                                   ? fmt::format(", in {} pieces spread evenly", file.read.n_pieces)
                                   : std::string()));
    }
    if (file.truncated) {
      Line("Truncated",
           file.declared_duration_s
               ? fmt::format("the header declares {}", FormatDuration(*file.declared_duration_s))
               : std::string("the input ends in the middle of a packet"));
    }
    if (file.non_finite_samples > 0) {
      Line("Samples",
           fmt::format("{} were not finite and count as silence", file.non_finite_samples));
    }
  }

  void WriteTuning(const std::optional<analysis::TuningResult>& tuning) {
    if (!tuning) {
      Line("Tuning", "nothing tonal to measure");
      return;
    }
    Line("Tuning", fmt::format("A4 = {:.2f} Hz, {:+.1f} cents from 440 (uncertainty {:.1f} cents)",
                               tuning->a4_hz, tuning->cents, tuning->uncertainty_cents));
    Line("", analysis::TuningText(*tuning));
  }

  void WriteDominant(const std::optional<analysis::DominantResult>& dominant) {
    if (!dominant) {
      Line("Dominant", "none: silence");
      return;
    }
    Line("Dominant",
         fmt::format("{:.3f} Hz, {} {:+.1f} cents, {:.1f} dBFS", dominant->hz,
                     std::string_view(dominant->note), dominant->cents, dominant->level_dbfs));
  }

  void WriteTempo(const std::optional<analysis::TempoResult>& tempo) {
    if (!tempo) {
      Line("Tempo", "none: no beat was heard");
      return;
    }
    const std::string other =
        tempo->runner_up_bpm ? fmt::format("; or {:.1f}", *tempo->runner_up_bpm) : std::string();
    Line("Tempo", fmt::format("{:.1f} BPM (confidence {:.0f} %{})", tempo->bpm,
                              100 * tempo->confidence, other));
  }

  Result<void> WriteBeats(const std::optional<BeatsSection>& beats,
                          const RecordLog<analysis::Beat>* list) {
    if (!beats) {
      Line("Beats", "none");
      return {};
    }
    RecordCursor<analysis::Beat> cursor(list);
    const analysis::Beat* first = nullptr;
    TM_TRY_ASSIGN(first, cursor.Next());
    std::string text = fmt::format("{}", beats->result.count);
    if (first != nullptr) text += fmt::format(", first at {:.2f} s", first->time_s);
    if (beats->result.meter) text += fmt::format(", {}/4", *beats->result.meter);
    Line("Beats", text);
    return {};
  }

  void WriteLoudness(const analysis::LoudnessResult& loudness, bool true_peak) {
    Line("Loudness",
         fmt::format("{} integrated, range {}", Number(loudness.integrated_lufs, "LUFS"),
                     Number(loudness.range_lu, "LU")));
    Line("", fmt::format("max momentary {}, max short-term {}",
                         Number(loudness.max_momentary_lufs, "LUFS"),
                         Number(loudness.max_short_term_lufs, "LUFS")));
    std::string peaks = "sample peak " + Number(loudness.sample_peak_dbfs, "dBFS", 2);
    if (true_peak) peaks += ", true peak " + Number(loudness.true_peak_dbtp, "dBTP", 2);
    Line("", peaks);
  }

  Result<void> WriteActivity(const Report& report, const ActivitySection& activity,
                             const RecordLog<analysis::Interval>* intervals) {
    const double read_s = report.file.read.duration_s;
    const double share = read_s > 0 ? 100 * activity.result.active_s / read_s : 0;
    Line("Activity", fmt::format("{} of sound ({:.0f} %) in {} interval{}, threshold {}",
                                 FormatDuration(activity.result.active_s), share,
                                 activity.n_intervals, activity.n_intervals == 1 ? "" : "s",
                                 Number(activity.result.threshold_dbfs, "dBFS")));
    std::array<analysis::Interval, kListedIntervals> listed;
    std::size_t n = 0;
    if (intervals != nullptr) {
      TM_TRY_ASSIGN(n, intervals->Read(0, listed));
    }
    for (const analysis::Interval& interval : std::span(listed).first(n)) {
      Line("", fmt::format("{:>10.3f} s to {:>10.3f} s", interval.start_s, interval.end_s));
    }
    const std::int64_t more = activity.n_intervals - static_cast<std::int64_t>(n);
    if (more > 0) Line("", fmt::format("and {} more (see --format csv)", more));
    return {};
  }

  void WriteCost(const MemorySection& memory, const TimeSection& time) {
    Line("Memory",
         fmt::format("planned {}, peak {} resident ({} anonymous, {} file-backed)",
                     FormatBytes(memory.planned_bytes), FormatBytes(memory.peak_rss_bytes),
                     FormatBytes(memory.peak_anon_bytes), FormatBytes(memory.peak_file_bytes)));
    Line("", fmt::format("heap {} of ours, {} allocations after the start",
                         FormatBytes(memory.peak_heap_bytes), memory.allocations));
    Line("Time", fmt::format("{:.3f} s, {:.3f} s of processor, {:.0f} x real time", time.wall_s,
                             time.cpu_s, time.x_realtime));
  }

  io::OutputFile output_;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<ReportWriter> MakeTextWriter(io::OutputFile output) {
  return std::make_unique<TextWriter>(std::move(output));
}

}  // namespace tidemark::engine
