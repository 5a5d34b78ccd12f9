// --format json (one object, or an array for many files) and ndjson (a line per event).
#include "engine/json_fields.h"

namespace tidemark::engine {
namespace {

class JsonWriter final : public ReportWriter {
 public:
  JsonWriter(io::OutputFile output, bool many)
      : output_(std::move(output)), stream_(output_), json_(stream_), many_(many) {
    json_.SetIndent(' ', 2);
    json_.SetFormatOptions(rapidjson::kFormatSingleLineArray);
    json_.SetMaxDecimalPlaces(kJsonDecimals);
    if (many_) json_.StartArray();
  }

  Result<void> BeginFile(const FileSection&, const Plan&) override { return {}; }

  Result<void> WriteReport(const Report& report, const RunLogs& logs) override {
    json_.StartObject();
    const auto outcome = ReportFields(json_, report, logs);
    json_.EndObject();
    return outcome;
  }

  Result<void> WriteFailure(std::string_view path, const Error& error, int exit_code) override {
    json_.StartObject();
    FailureFields(json_, path, error, exit_code);
    json_.EndObject();
    return {};
  }

  Result<void> WritePlan(const FileSection& file, const Plan& plan) override {
    json_.StartObject();
    Field(json_, "schema", kReportSchema);
    json_.Key("file");
    FileObject(json_, file);
    PlanFields(json_, plan);
    json_.EndObject();
    return {};
  }

  Result<void> End() override {
    if (many_) json_.EndArray();
    output_.Put('\n');
    return output_.Commit();
  }

 private:
  io::OutputFile output_;
  JsonStream stream_;
  PrettyJson json_;
  bool many_;
};

class NdjsonWriter final : public ReportWriter {
 public:
  explicit NdjsonWriter(io::OutputFile output) : output_(std::move(output)), stream_(output_) {}

  Result<void> BeginFile(const FileSection& file, const Plan& plan) override {
    LineJson& json = BeginLine("start");
    json.Key("file");
    FileObject(json, file);
    Field(json, "planned_bytes", plan.TotalBytes());
    return EndLine();
  }

  Result<void> OnInterval(const FileSection& file, const analysis::Interval& interval) override {
    LineJson& json = BeginLine("activity");
    Field(json, "path", file.source.path);
    Field(json, "start_s", interval.start_s);
    Field(json, "end_s", interval.end_s);
    return EndLine();
  }

  Result<void> OnBeat(const FileSection& file, const analysis::Beat& beat) override {
    LineJson& json = BeginLine("beat");
    Field(json, "path", file.source.path);
    BeatFields(json, beat);
    return EndLine();
  }

  Result<void> OnTempo(const FileSection& file, const analysis::TempoPoint& point) override {
    LineJson& json = BeginLine("tempo");
    Field(json, "path", file.source.path);
    TempoPointFields(json, point);
    return EndLine();
  }

  Result<void> WriteReport(const Report& report, const RunLogs& logs) override {
    auto outcome = ReportFields(BeginLine("report"), report, logs);
    TM_TRY(EndLine());
    return outcome;
  }

  Result<void> WriteFailure(std::string_view path, const Error& error, int exit_code) override {
    FailureFields(BeginLine("error"), path, error, exit_code);
    return EndLine();
  }

  Result<void> WritePlan(const FileSection& file, const Plan& plan) override {
    LineJson& json = BeginLine("plan");
    json.Key("file");
    FileObject(json, file);
    PlanFields(json, plan);
    return EndLine();
  }

  Result<void> End() override { return output_.Commit(); }

 private:
  LineJson& BeginLine(const char* event) {
    json_.Reset(stream_);
    json_.SetMaxDecimalPlaces(kJsonDecimals);
    json_.StartObject();
    Field(json_, "event", event);
    return json_;
  }

  // Flushed line by line, so that a reader sees each event when it happens.
  Result<void> EndLine() {
    json_.EndObject();
    output_.Put('\n');
    return output_.Flush();
  }

  io::OutputFile output_;
  JsonStream stream_;
  LineJson json_;
};

}  // namespace

std::unique_ptr<ReportWriter> MakeJsonWriter(io::OutputFile output, std::size_t n_files) {
  return std::make_unique<JsonWriter>(std::move(output), n_files != 1);
}

std::unique_ptr<ReportWriter> MakeNdjsonWriter(io::OutputFile output) {
  return std::make_unique<NdjsonWriter>(std::move(output));
}

}  // namespace tidemark::engine
