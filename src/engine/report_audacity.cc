// --format audacity: one label track, as Audacity imports it: start, end and text, separated by
// tabs. An interval is a region called "sound"; a beat is a point called by its position in the
// bar, or "beat"; a point of the tempo curve is called "120.0 BPM". In order of time.
#include <fmt/format.h>

#include "engine/report_writer.h"

namespace tidemark::engine {
namespace {

constexpr const char* kSound = "sound";

class AudacityWriter final : public ReportWriter {
 public:
  explicit AudacityWriter(io::OutputFile output) : output_(std::move(output)) {}

  Result<void> BeginFile(const FileSection&, const Plan&) override { return {}; }

  // Merges the three lists; where times are equal an interval comes first, then the tempo.
  Result<void> WriteReport(const Report&, const RunLogs& logs) override {
    RecordCursor<analysis::Interval> intervals(logs.intervals);
    RecordCursor<analysis::TempoPoint> tempo(logs.tempo);
    RecordCursor<analysis::Beat> beats(logs.beats);
    const analysis::Interval* interval = nullptr;
    const analysis::TempoPoint* point = nullptr;
    const analysis::Beat* beat = nullptr;
    TM_TRY_ASSIGN(interval, intervals.Next());
    TM_TRY_ASSIGN(point, tempo.Next());
    TM_TRY_ASSIGN(beat, beats.Next());
    while (interval != nullptr || point != nullptr || beat != nullptr) {
      if (interval != nullptr && (point == nullptr || interval->start_s <= point->time_s) &&
          (beat == nullptr || interval->start_s <= beat->time_s)) {
        Label(interval->start_s, interval->end_s, kSound);
        TM_TRY_ASSIGN(interval, intervals.Next());
      } else if (point != nullptr && (beat == nullptr || point->time_s <= beat->time_s)) {
        Label(point->time_s, point->time_s, fmt::format("{:.1f} BPM", point->bpm));
        TM_TRY_ASSIGN(point, tempo.Next());
      } else {
        Label(beat->time_s, beat->time_s,
              beat->position > 0 ? fmt::format("{}", beat->position) : "beat");
        TM_TRY_ASSIGN(beat, beats.Next());
      }
    }
    return output_.Flush();
  }

  // A label track has no room for an error or a plan; the error goes to standard error anyway.
  Result<void> WriteFailure(std::string_view, const Error&, int) override { return {}; }
  Result<void> WritePlan(const FileSection&, const Plan&) override {
    return Fail(ErrorCode::kUsage, "--explain has no audacity format; use text, json or csv");
  }
  Result<void> End() override { return output_.Commit(); }

 private:
  void Label(double start_s, double end_s, std::string_view text) {
    output_.Write(fmt::format("{:.6f}\t{:.6f}\t{}\n", start_s, end_s, text));
  }

  io::OutputFile output_;
};

}  // namespace

std::unique_ptr<ReportWriter> MakeAudacityWriter(io::OutputFile output) {
  return std::make_unique<AudacityWriter>(std::move(output));
}

}  // namespace tidemark::engine
