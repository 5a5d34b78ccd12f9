#include "engine/report_writer.h"

namespace tidemark::engine {

std::string_view ErrorName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
      return "usage";
    case ErrorCode::kBadData:
      return "bad_data";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kNoInput:
      return "no_input";
    case ErrorCode::kMemory:
      return "memory";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kInternal:
      break;
  }
  return "internal";
}

Result<std::unique_ptr<ReportWriter>> MakeReportWriter(ReportFormat format, const std::string& path,
                                                       std::size_t n_files,
                                                       const Cancellation& cancellation) {
  const bool one_only = format == ReportFormat::kAudacity || format == ReportFormat::kJams;
  if (one_only && n_files != 1) {
    return Fail(ErrorCode::kUsage, "this format holds one file; call tidemark once for each");
  }
  const bool grows = format == ReportFormat::kNdjson;
  auto output = io::OutputFile::Create(
      path, grows ? io::OutputFile::Mode::kGrowing : io::OutputFile::Mode::kWhole, &cancellation);
  if (!output) return tl::unexpected<Error>(output.error());
  switch (format) {
    case ReportFormat::kText:
      return MakeTextWriter(*std::move(output));
    case ReportFormat::kJson:
      return MakeJsonWriter(*std::move(output), n_files);
    case ReportFormat::kNdjson:
      return MakeNdjsonWriter(*std::move(output));
    case ReportFormat::kCsv:
      return MakeCsvWriter(*std::move(output));
    case ReportFormat::kAudacity:
      return MakeAudacityWriter(*std::move(output));
    case ReportFormat::kJams:
      return MakeJamsWriter(*std::move(output));
  }
  return Fail(ErrorCode::kInternal, "no such report format");
}

}  // namespace tidemark::engine
