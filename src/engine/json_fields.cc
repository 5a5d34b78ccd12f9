#include "engine/json_fields.h"

#include <rapidjson/stringbuffer.h>

#include "engine/report_writer.h"

namespace tidemark::engine {
namespace {

template <class Json>
void TuningObject(Json& json, const std::optional<analysis::TuningResult>& tuning) {
  json.Key("tuning");
  if (!tuning) {
    json.Null();
    return;
  }
  json.StartObject();
  Field(json, "a4_hz", tuning->a4_hz);
  Field(json, "cents", tuning->cents);
  Field(json, "uncertainty_cents", tuning->uncertainty_cents);
  json.Key("verdict");
  json.StartObject();
  Field(json, "reference_hz", tuning->verdict.reference_hz);
  Field(json, "distance_cents", tuning->verdict.distance_cents);
  Field(json, "also_hz", tuning->verdict.also_hz);
  Field(json, "text", analysis::TuningText(*tuning));
  json.EndObject();
  json.EndObject();
}

template <class Json>
void DominantObject(Json& json, const std::optional<analysis::DominantResult>& dominant) {
  json.Key("dominant");
  if (!dominant) {
    json.Null();
    return;
  }
  json.StartObject();
  Field(json, "hz", dominant->hz);
  Field(json, "note", std::string_view(dominant->note));
  Field(json, "cents", dominant->cents);
  Field(json, "level_dbfs", dominant->level_dbfs);
  json.EndObject();
}

// The object is closed whatever happens, so the first error waits for that.
void KeepFirst(Result<void>& outcome, Result<void> next) {
  if (outcome) outcome = std::move(next);
}

template <class Json>
Result<void> TempoObject(Json& json, const std::optional<analysis::TempoResult>& tempo,
                         const RecordLog<analysis::TempoPoint>* curve) {
  json.Key("tempo");
  if (!tempo) {
    json.Null();
    return {};
  }
  json.StartObject();
  Field(json, "bpm", tempo->bpm);
  Field(json, "confidence", tempo->confidence);
  json.Key("runner_up");
  if (tempo->runner_up_bpm) {
    json.StartObject();
    Field(json, "bpm", *tempo->runner_up_bpm);
    Field(json, "confidence", tempo->runner_up_confidence);
    json.EndObject();
  } else {
    json.Null();
  }
  json.Key("curve");
  json.StartArray();
  const auto outcome = ForEach(curve, [&json](const analysis::TempoPoint& point) {
    json.StartObject();
    TempoPointFields(json, point);
    json.EndObject();
  });
  json.EndArray();
  json.EndObject();
  return outcome;
}

template <class Json>
Result<void> BeatsObject(Json& json, const std::optional<BeatsSection>& beats,
                         const RecordLog<analysis::Beat>* list) {
  json.Key("beats");
  if (!beats) {
    json.Null();
    return {};
  }
  json.StartObject();
  Field(json, "count", beats->result.count);
  Field(json, "latency_s", beats->latency_s);
  json.Key("meter");
  if (beats->result.meter) {
    json.Int(*beats->result.meter);
  } else {
    json.Null();
  }
  Field(json, "downbeats", beats->result.n_downbeats);
  json.Key("times_s");
  json.StartArray();
  auto outcome =
      ForEach(list, [&json](const analysis::Beat& beat) { json.Double(Rounded(beat.time_s)); });
  json.EndArray();
  json.Key("list");
  json.StartArray();
  KeepFirst(outcome, ForEach(list, [&json](const analysis::Beat& beat) {
              json.StartObject();
              BeatFields(json, beat);
              json.EndObject();
            }));
  json.EndArray();
  json.EndObject();
  return outcome;
}

template <class Json>
void LoudnessObject(Json& json, const analysis::LoudnessResult& loudness, bool true_peak) {
  json.Key("loudness");
  json.StartObject();
  Field(json, "integrated_lufs", loudness.integrated_lufs);
  Field(json, "range_lu", loudness.range_lu);
  Field(json, "max_momentary_lufs", loudness.max_momentary_lufs);
  Field(json, "max_short_term_lufs", loudness.max_short_term_lufs);
  Field(json, "sample_peak_dbfs", loudness.sample_peak_dbfs);
  if (true_peak) Field(json, "true_peak_dbtp", loudness.true_peak_dbtp);
  json.EndObject();
}

template <class Json>
Result<void> ActivityObject(Json& json, const ActivitySection& activity, const RunLogs& logs) {
  json.Key("activity");
  json.StartObject();
  Field(json, "threshold_dbfs", activity.result.threshold_dbfs);
  Field(json, "noise_floor_dbfs", activity.result.noise_floor_dbfs);
  Field(json, "active_s", activity.result.active_s);
  Field(json, "longest_s", activity.result.longest_s);
  Field(json, "n_intervals", activity.n_intervals);
  json.Key("intervals_s");
  const auto outcome = Intervals(json, logs.intervals);
  json.EndObject();
  return outcome;
}

template <class Json>
void WaveformObject(Json& json, const WaveformSection& waveform) {
  json.Key("waveform");
  json.StartObject();
  Field(json, "path", waveform.path);
  Field(json, "samples_per_pixel", waveform.options.samples_per_pixel);
  Field(json, "bits", waveform.options.bits);
  Field(json, "n_pixels", waveform.n_pixels);
  json.EndObject();
}

template <class Json>
void ClickObject(Json& json, const ClickSection& click) {
  json.Key("click");
  json.StartObject();
  Field(json, "path", click.path);
  Field(json, "n_clicks", click.n_clicks);
  json.EndObject();
}

template <class Json>
void MemoryObject(Json& json, const MemorySection& memory) {
  json.Key("memory");
  json.StartObject();
  Field(json, "planned_bytes", memory.planned_bytes);
  Field(json, "limit_bytes", memory.limit_bytes);
  Field(json, "peak_heap_bytes", memory.peak_heap_bytes);
  Field(json, "peak_rss_bytes", memory.peak_rss_bytes);
  Field(json, "peak_anon_bytes", memory.peak_anon_bytes);
  Field(json, "peak_file_bytes", memory.peak_file_bytes);
  Field(json, "allocations", memory.allocations);
  json.EndObject();
}

template <class Json>
void TimeObject(Json& json, const TimeSection& time) {
  json.Key("time");
  json.StartObject();
  Field(json, "wall_s", time.wall_s);
  Field(json, "cpu_s", time.cpu_s);
  Field(json, "x_realtime", time.x_realtime);
  json.EndObject();
}

}  // namespace

template <class Json>
void FileObject(Json& json, const FileSection& file) {
  const io::SourceInfo& source = file.source;
  json.StartObject();
  Field(json, "path", source.path);
  Field(json, "format", source.format);
  Field(json, "encoding", source.encoding);
  Field(json, "decoder", source.decoder);
  Field(json, "sample_rate_hz", source.stream.sample_rate_hz);
  Field(json, "channels", source.stream.channels);
  Field(json, "duration_s", file.duration_s);
  Field(json, "declared_duration_s", file.declared_duration_s);
  Field(json, "truncated", file.truncated);
  Field(json, "non_finite_samples", file.non_finite_samples);
  json.Key("warning");
  if (file.warning.empty()) {
    json.Null();
  } else {
    Text(json, file.warning);
  }
  json.Key("read");
  json.StartObject();
  Field(json, "start_s", file.read.start_s);
  Field(json, "duration_s", file.read.duration_s);
  Field(json, "pieces", file.read.n_pieces);
  Field(json, "whole", file.read.whole);
  json.EndObject();
  json.EndObject();
}

template <class Json>
void PlanFields(Json& json, const Plan& plan) {
  json.Key("plan");
  json.StartArray();
  for (const PlanRow& row : plan.rows()) {
    json.StartObject();
    Field(json, "stage", row.stage);
    Field(json, "bytes", row.bytes);
    Field(json, "kind", row.kind == PlanKind::kOurs ? "ours" : "allowance");
    json.EndObject();
  }
  json.EndArray();
  Field(json, "planned_bytes", plan.TotalBytes());
}

template <class Json>
void FailureFields(Json& json, std::string_view path, const Error& error, int exit_code) {
  Field(json, "schema", kReportSchema);
  json.Key("file");
  json.StartObject();
  Field(json, "path", path);
  json.EndObject();
  json.Key("error");
  json.StartObject();
  Field(json, "code", ErrorName(error.code));
  Field(json, "exit_code", exit_code);
  Field(json, "message", error.message);
  json.EndObject();
}

template <class Json>
Result<void> ReportFields(Json& json, const Report& report, const RunLogs& logs) {
  Result<void> outcome;
  Field(json, "schema", kReportSchema);
  Field(json, "version", TIDEMARK_VERSION);
  json.Key("file");
  FileObject(json, report.file);
  if (report.features.Has(Feature::kTuning)) TuningObject(json, report.tuning);
  if (report.features.Has(Feature::kDominant)) DominantObject(json, report.dominant);
  if (report.features.Has(Feature::kTempo)) outcome = TempoObject(json, report.tempo, logs.tempo);
  if (report.features.Has(Feature::kBeats)) {
    KeepFirst(outcome, BeatsObject(json, report.beats, logs.beats));
  }
  if (report.loudness) {
    LoudnessObject(json, *report.loudness, report.features.Has(Feature::kTruePeak));
  }
  if (report.activity) KeepFirst(outcome, ActivityObject(json, *report.activity, logs));
  if (report.waveform) WaveformObject(json, *report.waveform);
  if (report.click) ClickObject(json, *report.click);
  MemoryObject(json, report.memory);
  TimeObject(json, report.time);
  return outcome;
}

std::string ReportJson(const Report& report) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
  json.SetMaxDecimalPlaces(kJsonDecimals);
  json.StartObject();
  // Lists are all that can fail.
  [[maybe_unused]] const auto outcome = ReportFields(json, report, RunLogs{});
  json.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

template Result<void> ReportFields(PrettyJson&, const Report&, const RunLogs&);
template Result<void> ReportFields(LineJson&, const Report&, const RunLogs&);
template void FileObject(PrettyJson&, const FileSection&);
template void FileObject(LineJson&, const FileSection&);
template void PlanFields(PrettyJson&, const Plan&);
template void PlanFields(LineJson&, const Plan&);
template void FailureFields(PrettyJson&, std::string_view, const Error&, int);
template void FailureFields(LineJson&, std::string_view, const Error&, int);

}  // namespace tidemark::engine
