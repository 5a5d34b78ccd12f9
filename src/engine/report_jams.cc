// --format jams: a JAMS 0.3 file (Humphrey et al. 2014): activity as a "segment_open" annotation,
// beats as "beat" (the value is the position in the bar), tempo as "tempo" (the likeliest and the
// runner-up, over all that was read), everything else in the sandbox, as the namespaces of JAMS
// have no place for it.
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

  Result<void> WriteReport(const Report& report, const RunLogs& logs) override {
    json_.StartObject();
    FileMetadata(report.file);
    json_.Key("annotations");
    json_.StartArray();
    Result<void> outcome;
    if (report.activity) outcome = ActivityAnnotation(report.file, logs.intervals);
    if (outcome && report.beats) outcome = BeatAnnotation(report.file, logs.beats);
    if (report.tempo) TempoAnnotation(report.file, *report.tempo);
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

  void BeginAnnotation(const char* name_space, const FileSection& file) {
    json_.StartObject();
    Field(json_, "namespace", name_space);
    json_.Key("annotation_metadata");
    json_.StartObject();
    Field(json_, "annotation_tools", "tidemark " TIDEMARK_VERSION);
    Field(json_, "data_source", "program");
    json_.EndObject();
    Field(json_, "time", file.read.start_s);
    Field(json_, "duration", file.duration_s);
    json_.Key("data");
    json_.StartArray();
  }

  void EndAnnotation() {
    json_.EndArray();
    json_.EndObject();
  }

  Result<void> ActivityAnnotation(const FileSection& file,
                                  const RecordLog<analysis::Interval>* intervals) {
    BeginAnnotation("segment_open", file);
    const auto outcome = ForEach(intervals, [this](const analysis::Interval& interval) {
      BeginObservation(interval.start_s, interval.end_s - interval.start_s);
      Field(json_, "value", "sound");
      EndObservation({});
    });
    EndAnnotation();
    return outcome;
  }

  Result<void> BeatAnnotation(const FileSection& file, const RecordLog<analysis::Beat>* beats) {
    BeginAnnotation("beat", file);
    const auto outcome = ForEach(beats, [this](const analysis::Beat& beat) {
      BeginObservation(beat.time_s, 0);
      json_.Key("value");
      if (beat.position > 0) {
        json_.Int(beat.position);
      } else {
        json_.Null();
      }
      EndObservation({});
    });
    EndAnnotation();
    return outcome;
  }

  void TempoAnnotation(const FileSection& file, const analysis::TempoResult& tempo) {
    BeginAnnotation("tempo", file);
    TempoObservation(file, tempo.bpm, tempo.confidence);
    if (tempo.runner_up_bpm) {
      TempoObservation(file, *tempo.runner_up_bpm, tempo.runner_up_confidence);
    }
    EndAnnotation();
  }

  void TempoObservation(const FileSection& file, double bpm, double confidence) {
    BeginObservation(file.read.start_s, file.read.duration_s);
    Field(json_, "value", bpm);
    EndObservation(confidence);
  }

  void BeginObservation(double time_s, double duration_s) {
    json_.StartObject();
    Field(json_, "time", time_s);
    Field(json_, "duration", duration_s);
  }

  void EndObservation(std::optional<double> confidence) {
    Field(json_, "confidence", confidence);
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
