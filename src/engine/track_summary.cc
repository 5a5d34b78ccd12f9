#include "engine/track_summary.h"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>
#include <utility>

#include "base/units.h"
#include "engine/json_fields.h"

namespace tidemark::engine {

std::string TrackLineText(const TrackSummary& summary) {
  const TrackStats& track = summary.track;
  const auto seconds = [&](std::int64_t n_samples) {
    return static_cast<double>(n_samples) / summary.sample_rate_hz;
  };
  std::string text =
      fmt::format("{:>9}  {:.0f} ms wait (at most {:.0f})", FormatDuration(summary.read_s),
                  track.buffered_ms, track.high_water_ms);
  using Loss = std::pair<const char*, std::int64_t>;
  for (const auto& [what, n_samples] :
       std::array{Loss{"silent", track.silent}, Loss{"oldest dropped", track.dropped_oldest},
                  Loss{"newest dropped", track.dropped_newest},
                  Loss{"late dropped", track.dropped_late}}) {
    if (n_samples > 0) text += fmt::format(", {} {:.2f} s", what, seconds(n_samples));
  }
  if (track.underruns > 0) text += fmt::format(", underruns {}", track.underruns);
  if (summary.device_underruns > 0) {
    text += fmt::format(", device underruns {}", summary.device_underruns);
  }
  if (track.reanchors > 0) text += fmt::format(", stalls {}", track.reanchors);
  if (track.non_finite > 0) text += fmt::format(", not finite {}", track.non_finite);
  if (track.drift_ppm != 0) text += fmt::format(", drift {:+.1f} ppm", track.drift_ppm);
  return text + "\n";
}

std::string TrackEndText(const TrackSummary& summary) {
  return TrackLineText(summary) +
         fmt::format("   Memory  planned {}, peak {} resident; the track holds {}\n",
                     FormatBytes(summary.memory.planned_bytes),
                     FormatBytes(summary.memory.peak_rss_bytes),
                     FormatBytes(summary.track.held_bytes)) +
         fmt::format("     Time  {:.3f} s, {:.3f} s of processor\n", summary.time.wall_s,
                     summary.time.cpu_s);
}

std::string TrackLineJson(const TrackSummary& summary, bool is_final) {
  const TrackStats& track = summary.track;
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
  json.StartObject();
  Field(json, "final", is_final);
  Field(json, "read_s", summary.read_s);
  Field(json, "sample_rate_hz", std::int64_t{summary.sample_rate_hz});
  Field(json, "buffered_ms", track.buffered_ms);
  Field(json, "high_water_ms", track.high_water_ms);
  Field(json, "written", track.written);
  Field(json, "read", track.read);
  Field(json, "silent", track.silent);
  Field(json, "dropped_oldest", track.dropped_oldest);
  Field(json, "dropped_newest", track.dropped_newest);
  Field(json, "dropped_late", track.dropped_late);
  Field(json, "underruns", track.underruns);
  Field(json, "device_underruns", summary.device_underruns);
  Field(json, "reanchors", track.reanchors);
  Field(json, "non_finite", track.non_finite);
  Field(json, "drift_ppm", track.drift_ppm);
  Field(json, "held_bytes", std::uint64_t{track.held_bytes});
  Field(json, "planned_bytes", summary.memory.planned_bytes);
  Field(json, "peak_rss_bytes", summary.memory.peak_rss_bytes);
  Field(json, "wall_s", summary.time.wall_s);
  Field(json, "cpu_s", summary.time.cpu_s);
  if (!summary.warning.empty()) Field(json, "warning", summary.warning);
  json.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace tidemark::engine
