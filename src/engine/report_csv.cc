// --format csv (RFC 4180; a row per value and per interval) and audacity (a label track:
// start, end and text, separated by tabs, as Audacity imports them).
#include <fmt/format.h>

#include <array>
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

class AudacityWriter final : public ReportWriter {
 public:
  explicit AudacityWriter(io::OutputFile output) : output_(std::move(output)) {}

  Result<void> BeginFile(const FileSection&, const Plan&) override { return {}; }
  Result<void> OnInterval(const FileSection&, const analysis::Interval& interval) override {
    output_.Write(fmt::format("{:.6f}\t{:.6f}\tsound\n", interval.start_s, interval.end_s));
    return output_.Flush();
  }
  Result<void> WriteReport(const Report&, const RunLogs&) override { return output_.Flush(); }
  // A label track has no room for an error or a plan; the error goes to standard error anyway.
  Result<void> WriteFailure(std::string_view, const Error&, int) override { return {}; }
  Result<void> WritePlan(const FileSection&, const Plan&) override {
    return Fail(ErrorCode::kUsage, "--explain has no audacity format; use text, json or csv");
  }
  Result<void> End() override { return output_.Commit(); }

 private:
  io::OutputFile output_;
};

}  // namespace

std::unique_ptr<ReportWriter> MakeCsvWriter(io::OutputFile output) {
  return std::make_unique<CsvWriter>(std::move(output));
}

std::unique_ptr<ReportWriter> MakeAudacityWriter(io::OutputFile output) {
  return std::make_unique<AudacityWriter>(std::move(output));
}

}  // namespace tidemark::engine
