// --format jams: a JAMS 0.3 file (Humphrey et al. 2014): activity as a "segment_open" annotation,
// everything else in the sandbox, as the namespaces of JAMS have no place for it.
#include "engine/json_fields.h"

namespace tidemark::engine {
namespace {

constexpr const char* kJamsVersion = "0.3.4";

class JamsWriter final : public ReportWriter {
 public:
  explicit JamsWriter(io::OutputFile output)
      : output_(std::move(output)), stream_(output_), json_(stream_) {
    json_.SetIndent(' ', 2);
    json_.SetMaxDecimalPlaces(kJsonDecimals);
  }

  Result<void> BeginFile(const FileSection&, const Plan&) override { return {}; }
  Result<void> OnInterval(const FileSection&, const analysis::Interval&) override { return {}; }

  Result<void> WriteReport(const Report& report, const RunLogs& logs) override {
    json_.StartObject();
    FileMetadata(report.file);
    json_.Key("annotations");
    json_.StartArray();
    Result<void> outcome;
    if (report.activity) outcome = ActivityAnnotation(report.file, logs.intervals);
    json_.EndArray();
    json_.Key("sandbox");
    json_.StartObject();
    json_.Key("tidemark");
    json_.StartObject();
    const auto fields = ReportFields(json_, report, logs);
    json_.EndObject();
    json_.EndObject();
    json_.EndObject();
    return outcome ? fields : outcome;
  }

  Result<void> WriteFailure(std::string_view path, const Error& error, int exit_code) override {
    json_.StartObject();
    FailureFields(json_, path, error, exit_code);
    json_.EndObject();
    return {};
  }
  Result<void> WritePlan(const FileSection&, const Plan&) override {
    return Fail(ErrorCode::kUsage, "--explain has no JAMS format; use text, json or csv");
  }
  Result<void> End() override {
    output_.Put('\n');
    return output_.Commit();
  }

 private:
  void FileMetadata(const FileSection& file) {
    json_.Key("file_metadata");
    json_.StartObject();
    Field(json_, "title", file.source.path);
    Field(json_, "artist", "");
    Field(json_, "release", "");
    Field(json_, "duration", file.duration_s);
    json_.Key("identifiers");
    json_.StartObject();
    json_.EndObject();
    Field(json_, "jams_version", kJamsVersion);
    json_.EndObject();
  }

  Result<void> ActivityAnnotation(const FileSection& file,
                                  const RecordLog<analysis::Interval>* intervals) {
    json_.StartObject();
    Field(json_, "namespace", "segment_open");
    json_.Key("annotation_metadata");
    json_.StartObject();
    Field(json_, "annotation_tools", "tidemark " TIDEMARK_VERSION);
    Field(json_, "data_source", "program");
    json_.EndObject();
    Field(json_, "time", file.read.start_s);
    Field(json_, "duration", file.duration_s);
    json_.Key("data");
    json_.StartArray();
    const auto outcome =
        ForEach(intervals, [this](const auto& interval) { Observation(interval); });
    json_.EndArray();
    json_.EndObject();
    return outcome;
  }

  void Observation(const analysis::Interval& interval) {
    json_.StartObject();
    Field(json_, "time", interval.start_s);
    Field(json_, "duration", interval.end_s - interval.start_s);
    Field(json_, "value", "sound");
    json_.Key("confidence");
    json_.Null();
    json_.EndObject();
  }

  io::OutputFile output_;
  JsonStream stream_;
  PrettyJson json_;
};

}  // namespace

std::unique_ptr<ReportWriter> MakeJamsWriter(io::OutputFile output) {
  return std::make_unique<JamsWriter>(std::move(output));
}

}  // namespace tidemark::engine
