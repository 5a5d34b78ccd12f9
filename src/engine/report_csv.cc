// --format csv (RFC 4180): a row per value, and a row per interval, beat and point of the tempo
// curve as it becomes certain. A beat's value is its position in the bar, a point's is its tempo;
// both begin and end at the same time.
#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "engine/report_writer.h"

namespace tidemark::engine {
namespace {

std::string Quoted(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

class CsvWriter final : public ReportWriter {
 public:
  explicit CsvWriter(io::OutputFile output) : output_(std::move(output)) {
    output_.Write("path,feature,name,value,start_s,end_s\r\n");
  }

  Result<void> BeginFile(const FileSection& file, const Plan&) override {
    path_ = Quoted(file.source.path);
    return {};
  }

  Result<void> OnInterval(const FileSection&, const analysis::Interval& interval) override {
    output_.Write(fmt::format("{},activity,interval,,{:.6f},{:.6f}\r\n", path_, interval.start_s,
                              interval.end_s));
    return output_.Flush();
  }

  Result<void> OnBeat(const FileSection&, const analysis::Beat& beat) override {
    const std::string position = beat.position > 0 ? fmt::format("{}", beat.position) : "";
    output_.Write(fmt::format("{},beats,beat,{},{:.6f},{:.6f}\r\n", path_, position, beat.time_s,
                              beat.time_s));
    return output_.Flush();
  }

  Result<void> OnTempo(const FileSection&, const analysis::TempoPoint& point) override {
    output_.Write(fmt::format("{},tempo,point,{:.6f},{:.6f},{:.6f}\r\n", path_, point.bpm,
                              point.time_s, point.time_s));
    return output_.Flush();
  }

  Result<void> WriteReport(const Report& report, const RunLogs&) override {
    const FileSection& file = report.file;
    Row("file", "format", file.source.format);
    Row("file", "decoder", file.source.decoder);
    Row("file", "sample_rate_hz", file.source.stream.sample_rate_hz);
    Row("file", "channels", file.source.stream.channels);
    Row("file", "duration_s", file.duration_s);
    Row("file", "truncated", file.truncated ? "true" : "false");
    Row("file", "read_start_s", file.read.start_s);
    Row("file", "read_duration_s", file.read.duration_s);
    FeatureRows(report);
    Row("memory", "planned_bytes", report.memory.planned_bytes);
    Row("memory", "peak_heap_bytes", report.memory.peak_heap_bytes);
    Row("memory", "peak_rss_bytes", report.memory.peak_rss_bytes);
    Row("memory", "peak_anon_bytes", report.memory.peak_anon_bytes);
    Row("memory", "allocations", report.memory.allocations);
    Row("time", "wall_s", report.time.wall_s);
    Row("time", "cpu_s", report.time.cpu_s);
    Row("time", "x_realtime", report.time.x_realtime);
    return output_.Flush();
  }

  Result<void> WriteFailure(std::string_view path, const Error& error, int) override {
    path_ = Quoted(path);
    Row("error", ErrorName(error.code), error.message);
    return output_.Flush();
  }

  Result<void> WritePlan(const FileSection& file, const Plan& plan) override {
    path_ = Quoted(file.source.path);
    for (const PlanRow& row : plan.rows()) Row("plan", row.stage, row.bytes);
    Row("plan", "total", plan.TotalBytes());
    return {};
  }

  Result<void> End() override { return output_.Commit(); }

 private:
  void FeatureRows(const Report& report) {
    if (const auto& tuning = report.tuning) {
      Row("tuning", "a4_hz", tuning->a4_hz);
      Row("tuning", "cents", tuning->cents);
      Row("tuning", "uncertainty_cents", tuning->uncertainty_cents);
    }
    if (const auto& dominant = report.dominant) {
      Row("dominant", "hz", dominant->hz);
      Row("dominant", "note", dominant->note);
      Row("dominant", "cents", dominant->cents);
      Row("dominant", "level_dbfs", dominant->level_dbfs);
    }
    if (const auto& tempo = report.tempo) {
      Row("tempo", "bpm", tempo->bpm);
      Row("tempo", "confidence", tempo->confidence);
      Row("tempo", "runner_up_bpm", tempo->runner_up_bpm);
      if (tempo->runner_up_bpm) Row("tempo", "runner_up_confidence", tempo->runner_up_confidence);
    }
    if (const auto& beats = report.beats) {
      Row("beats", "count", beats->result.count);
      Row("beats", "latency_s", beats->latency_s);
      if (beats->result.meter) Row("beats", "meter", *beats->result.meter);
      Row("beats", "downbeats", beats->result.n_downbeats);
    }
    if (const auto& loudness = report.loudness) {
      Row("loudness", "integrated_lufs", loudness->integrated_lufs);
      Row("loudness", "range_lu", loudness->range_lu);
      Row("loudness", "max_momentary_lufs", loudness->max_momentary_lufs);
      Row("loudness", "max_short_term_lufs", loudness->max_short_term_lufs);
      Row("loudness", "sample_peak_dbfs", loudness->sample_peak_dbfs);
      Row("loudness", "true_peak_dbtp", loudness->true_peak_dbtp);
    }
    if (const auto& activity = report.activity) {
      Row("activity", "active_s", activity->result.active_s);
      Row("activity", "threshold_dbfs", activity->result.threshold_dbfs);
      Row("activity", "n_intervals", activity->n_intervals);
    }
    if (const auto& waveform = report.waveform) {
      Row("waveform", "path", waveform->path);
      Row("waveform", "n_pixels", waveform->n_pixels);
    }
    if (const auto& click = report.click) {
      Row("click", "path", click->path);
      Row("click", "n_clicks", click->n_clicks);
    }
  }

  void Row(std::string_view feature, std::string_view name, std::string_view value) {
    output_.Write(fmt::format("{},{},{},{},,\r\n", path_, feature, Quoted(name), Quoted(value)));
  }
  void Row(std::string_view feature, std::string_view name, const char* value) {
    Row(feature, name, std::string_view(value));
  }
  void Row(std::string_view feature, std::string_view name, double value) {
    Row(feature, name, std::string_view(fmt::format("{:.6f}", value)));
  }
  void Row(std::string_view feature, std::string_view name, std::optional<double> value) {
    if (value) Row(feature, name, *value);
  }
  template <std::integral T>
  void Row(std::string_view feature, std::string_view name, T value) {
    Row(feature, name, std::string_view(fmt::format("{}", value)));
  }

  io::OutputFile output_;
  std::string path_;
};

}  // namespace

std::unique_ptr<ReportWriter> MakeCsvWriter(io::OutputFile output) {
  return std::make_unique<CsvWriter>(std::move(output));
}

}  // namespace tidemark::engine
