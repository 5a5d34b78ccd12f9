// The JSON of a report, written field by field into any RapidJSON writer, so that the pretty, the
// one-line and the JAMS output are the same object. Private to src/engine/.
#pragma once

#include <rapidjson/prettywriter.h>
#include <rapidjson/writer.h>

#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "engine/plan.h"
#include "engine/report.h"
#include "engine/report_writer.h"
#include "io/json_stream.h"

namespace tidemark::engine {

using io::JsonStream;
using PrettyJson = rapidjson::PrettyWriter<JsonStream>;
using LineJson = rapidjson::Writer<JsonStream>;

// Digits behind the point: microseconds and millionths of a hertz.
inline constexpr int kJsonDecimals = 6;

// RapidJSON cuts digits off; this rounds, as the other formats do. Above 1e15 there are none to
// cut.
inline double Rounded(double value) {
  return std::abs(value) < 1e15 ? std::round(value * 1e6) / 1e6 : value;
}

template <class Json>
void Text(Json& json, std::string_view text) {
  const std::string valid = ValidUtf8(text);
  json.String(valid.data(), static_cast<rapidjson::SizeType>(valid.size()));
}

template <class Json>
void Field(Json& json, const char* key, double value) {
  json.Key(key);
  if (std::isfinite(value)) {
    json.Double(Rounded(value));
  } else {
    json.Null();
  }
}
template <class Json>
void Field(Json& json, const char* key, std::optional<double> value) {
  Field(json, key, value.value_or(std::nan("")));
}
template <class Json>
void Field(Json& json, const char* key, std::int64_t value) {
  json.Key(key);
  json.Int64(value);
}
template <class Json>
void Field(Json& json, const char* key, std::uint64_t value) {
  json.Key(key);
  json.Uint64(value);
}
template <class Json>
void Field(Json& json, const char* key, int value) {
  Field(json, key, std::int64_t{value});
}
template <class Json>
void Field(Json& json, const char* key, bool value) {
  json.Key(key);
  json.Bool(value);
}
template <class Json>
void Field(Json& json, const char* key, std::string_view value) {
  json.Key(key);
  Text(json, value);
}
template <class Json>
void Field(Json& json, const char* key, const char* value) {
  Field(json, key, std::string_view(value));
}

// [[start, end], ...], read back from the log piece by piece. Returns the log's error, if any;
// the array is closed all the same.
template <class Json>
Result<void> Intervals(Json& json, const RecordLog<analysis::Interval>* log) {
  json.StartArray();
  const auto outcome = ForEach(log, [&json](const analysis::Interval& interval) {
    json.StartArray();
    json.Double(Rounded(interval.start_s));
    json.Double(Rounded(interval.end_s));
    json.EndArray();
  });
  json.EndArray();
  return outcome;
}

// The members of one beat, or of one point of the tempo curve.
template <class Json>
void BeatFields(Json& json, const analysis::Beat& beat) {
  Field(json, "time_s", beat.time_s);
  Field(json, "strength", double{beat.strength});
  Field(json, "bpm", double{beat.bpm});
  json.Key("position");
  if (beat.position > 0) {
    json.Int(beat.position);
  } else {
    json.Null();
  }
}
template <class Json>
void TempoPointFields(Json& json, const analysis::TempoPoint& point) {
  Field(json, "time_s", point.time_s);
  Field(json, "bpm", point.bpm);
}

// The members of the report object, without its braces.
template <class Json>
Result<void> ReportFields(Json& json, const Report& report, const RunLogs& logs);

template <class Json>
void FileObject(Json& json, const FileSection& file);

template <class Json>
void PlanFields(Json& json, const Plan& plan);

template <class Json>
void FailureFields(Json& json, std::string_view path, const Error& error, int exit_code);

extern template Result<void> ReportFields(PrettyJson&, const Report&, const RunLogs&);
extern template Result<void> ReportFields(LineJson&, const Report&, const RunLogs&);
extern template void FileObject(PrettyJson&, const FileSection&);
extern template void FileObject(LineJson&, const FileSection&);
extern template void PlanFields(PrettyJson&, const Plan&);
extern template void PlanFields(LineJson&, const Plan&);
extern template void FailureFields(PrettyJson&, std::string_view, const Error&, int);
extern template void FailureFields(LineJson&, std::string_view, const Error&, int);

}  // namespace tidemark::engine
