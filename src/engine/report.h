// Report: everything one run found out about one file. A value; the lists that grow with the
// audio stay in the run's RecordLogs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/activity.h"
#include "analysis/dominant_frequency.h"
#include "analysis/loudness.h"
#include "analysis/rhythm.h"
#include "analysis/tuning.h"
#include "analysis/waveform.h"
#include "engine/features.h"
#include "engine/record_log.h"
#include "io/source.h"

namespace tidemark::engine {

// The version of the JSON layout; docs/report.schema.json describes it.
inline constexpr const char* kReportSchema = "tidemark.report/1";

// What was read of the file.
struct ReadSection {
  double start_s = 0;         // where the first sample read lies
  double duration_s = 0;      // of the audio that was analysed
  std::int64_t n_pieces = 1;  // more than one with --sample
  bool whole = true;          // from the first to the last sample
};

struct FileSection {
  io::SourceInfo source;
  double duration_s = 0;  // decoded, where the whole file was read; else as declared
  std::optional<double> declared_duration_s;
  bool truncated = false;
  std::int64_t non_finite_samples = 0;  // NaN, infinite or absurdly large; taken as silence
  std::string warning;
  ReadSection read;
};

struct ActivitySection {
  analysis::ActivityResult result;
  std::int64_t n_intervals = 0;
};

struct BeatsSection {
  analysis::BeatsResult result;
  double latency_s = 0;  // the longest that a beat took to become certain, in seconds of audio
};

struct WaveformSection {
  std::string path;
  analysis::WaveformOptions options;
  std::int64_t n_pixels = 0;
};

struct ClickSection {
  std::string path;
  std::int64_t n_clicks = 0;
};

struct MemorySection {
  std::uint64_t planned_bytes = 0;
  std::uint64_t limit_bytes = 0;      // what the kernel holds private memory to
  std::uint64_t peak_heap_bytes = 0;  // ours: operator new and the arena
  std::uint64_t peak_rss_bytes = 0;
  std::uint64_t peak_anon_bytes = 0;  // sampled some times a second
  std::uint64_t peak_file_bytes = 0;  // the same
  std::uint64_t allocations = 0;      // ours, between the first and the last block
};

struct TimeSection {
  double wall_s = 0;
  double cpu_s = 0;
  double x_realtime = 0;  // seconds of audio analysed in a second
};

struct Report {
  FeatureSet features;
  FileSection file;
  std::optional<analysis::TuningResult> tuning;
  std::optional<analysis::DominantResult> dominant;
  std::optional<analysis::TempoResult> tempo;  // absent, too, where no beat was heard
  std::optional<BeatsSection> beats;           // the same
  std::optional<analysis::LoudnessResult> loudness;
  std::optional<ActivitySection> activity;
  std::optional<WaveformSection> waveform;
  std::optional<ClickSection> click;
  MemorySection memory;
  TimeSection time;
};

// The lists that belong to a report. Borrowed from the run; null where the feature is off.
struct RunLogs {
  const RecordLog<analysis::Interval>* intervals = nullptr;
  const RecordLog<analysis::Beat>* beats = nullptr;
  const RecordLog<analysis::TempoPoint>* tempo = nullptr;
};

}  // namespace tidemark::engine
