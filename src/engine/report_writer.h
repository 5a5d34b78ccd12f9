// ReportWriter: reports and events in one of the output formats. Owns its OutputFile.
// One thread. Write failures surface in End() and, for line formats, in each call.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "analysis/activity.h"
#include "analysis/rhythm.h"
#include "base/cancellation.h"
#include "engine/plan.h"
#include "engine/report.h"
#include "io/output_file.h"

namespace tidemark::engine {

enum class ReportFormat : std::uint8_t { kText, kJson, kNdjson, kCsv, kAudacity, kJams };

class ReportWriter {
 public:
  ReportWriter() = default;
  ReportWriter(const ReportWriter&) = delete;
  ReportWriter& operator=(const ReportWriter&) = delete;
  virtual ~ReportWriter() = default;

  // A file was opened and its plan admitted.
  virtual Result<void> BeginFile(const FileSection& file, const Plan& plan) = 0;
  // An interval, a beat or a point of the tempo curve became certain; formats that print at the end
  // ignore it.
  virtual Result<void> OnInterval(const FileSection&, const analysis::Interval&) { return {}; }
  virtual Result<void> OnBeat(const FileSection&, const analysis::Beat&) { return {}; }
  virtual Result<void> OnTempo(const FileSection&, const analysis::TempoPoint&) { return {}; }
  // The file is done; `logs` hold its lists.
  virtual Result<void> WriteReport(const Report& report, const RunLogs& logs) = 0;
  // The file failed; `exit_code` is what the command would return for it alone.
  virtual Result<void> WriteFailure(std::string_view path, const Error& error, int exit_code) = 0;
  // The plan of --explain.
  virtual Result<void> WritePlan(const FileSection& file, const Plan& plan) = 0;
  // All files are done: closes what is open and commits the output.
  virtual Result<void> End() = 0;
};

// The report as JSON in one line, with its lists left empty: for those who take the lists as they
// are.
std::string ReportJson(const Report& report);

// The machine's name of an error code: "bad_data", "no_input", ...
std::string_view ErrorName(ErrorCode code);

// n_files is how many files will be reported (one object or an array, in JSON).
std::unique_ptr<ReportWriter> MakeTextWriter(io::OutputFile output);
std::unique_ptr<ReportWriter> MakeJsonWriter(io::OutputFile output, std::size_t n_files);
std::unique_ptr<ReportWriter> MakeNdjsonWriter(io::OutputFile output);
std::unique_ptr<ReportWriter> MakeCsvWriter(io::OutputFile output);
std::unique_ptr<ReportWriter> MakeAudacityWriter(io::OutputFile output);
std::unique_ptr<ReportWriter> MakeJamsWriter(io::OutputFile output);

// Opens `path` (empty: standard output) and makes the writer for `format`. Once `cancellation`,
// which must outlive it, is requested, nothing more is written: kCancelled, from here too. kUsage
// where the format cannot hold n_files files (audacity and JAMS take one); kIo.
Result<std::unique_ptr<ReportWriter>> MakeReportWriter(ReportFormat format, const std::string& path,
                                                       std::size_t n_files,
                                                       const Cancellation& cancellation);

}  // namespace tidemark::engine
