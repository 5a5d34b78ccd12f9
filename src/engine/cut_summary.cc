#include "engine/cut_summary.h"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "engine/json_fields.h"

namespace tidemark::engine {
namespace {

std::string Line(std::string_view name, std::string_view text) {
  return fmt::format("  {:<10} {}\n", name, text);
}

double Share(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

// More moves than this are counted, not listed; JSON has them all.
constexpr std::size_t kListedMoves = 8;

std::string MovesText(const std::vector<CutMove>& moves) {
  std::string text;
  for (std::size_t i = 0; i < std::min(moves.size(), kListedMoves); ++i) {
    const CutMove& move = moves[i];
    text += Line(i == 0 ? "Moved" : "",
                 fmt::format("clip at {}: begins {:.3f} s earlier, ends {:.3f} s later",
                             FormatDuration(move.asked_begin_s), move.asked_begin_s - move.begin_s,
                             move.end_s - move.asked_end_s));
  }
  if (moves.size() > kListedMoves) {
    text += Line(
        "", fmt::format("and {} more clips (--format json has all)", moves.size() - kListedMoves));
  }
  return text;
}

}  // namespace

std::string CutSummaryText(const CutSummary& summary) {
  const edit::CutTotals& totals = summary.totals;
  std::string text = Printable(summary.output.empty() ? summary.input : summary.output);
  if (!summary.last_output.empty()) text += " to " + Printable(summary.last_output);
  text += "\n";
  text += Line(
      "Cut", fmt::format("{} part{}, {} of {} saved ({:.0f} %)", totals.n_cuts,
                         totals.n_cuts == 1 ? "" : "s", FormatDuration(totals.saved_s),
                         FormatDuration(totals.source_s), Share(totals.saved_s, totals.source_s)));
  if (totals.n_cuts > 0) {
    text += Line("", fmt::format("the longest {} at {}", FormatDuration(totals.longest_cut_s),
                                 FormatDuration(totals.longest_cut_at_s)));
  }
  text += Line("Left", fmt::format("{} in {} clip{}", FormatDuration(totals.output_s),
                                   totals.n_clips, totals.n_clips == 1 ? "" : "s"));
  if (totals.changed_s > 0) {
    text += Line("Speed", FormatDuration(totals.changed_s) + " of the source at another speed");
  }
  text += MovesText(summary.moves);
  text += Line("Memory", fmt::format("planned {}, peak {} resident ({} anonymous, {} file-backed)",
                                     FormatBytes(summary.memory.planned_bytes),
                                     FormatBytes(summary.memory.peak_rss_bytes),
                                     FormatBytes(summary.memory.peak_anon_bytes),
                                     FormatBytes(summary.memory.peak_file_bytes)));
  text +=
      Line("Time", fmt::format("{:.3f} s, {:.3f} s of processor, {:.0f} x real time",
                               summary.time.wall_s, summary.time.cpu_s, summary.time.x_realtime));
  return text;
}

std::string CutSummaryJson(const CutSummary& summary) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
  const edit::CutTotals& totals = summary.totals;
  json.StartObject();
  Field(json, "input", summary.input);
  if (!summary.output.empty()) Field(json, "output", summary.output);
  if (!summary.last_output.empty()) Field(json, "last_output", summary.last_output);
  Field(json, "source_s", totals.source_s);
  Field(json, "output_s", totals.output_s);
  Field(json, "saved_s", totals.saved_s);
  Field(json, "clips", totals.n_clips);
  Field(json, "cuts", totals.n_cuts);
  Field(json, "longest_cut_s", totals.longest_cut_s);
  Field(json, "longest_cut_at_s", totals.longest_cut_at_s);
  Field(json, "other_speed_s", totals.changed_s);
  Field(json, "planned_bytes", summary.memory.planned_bytes);
  Field(json, "peak_rss_bytes", summary.memory.peak_rss_bytes);
  Field(json, "peak_anon_bytes", summary.memory.peak_anon_bytes);
  Field(json, "wall_s", summary.time.wall_s);
  Field(json, "cpu_s", summary.time.cpu_s);
  if (!summary.moves.empty()) {
    json.Key("moves");
    json.StartArray();
    for (const CutMove& move : summary.moves) {
      json.StartObject();
      Field(json, "asked_begin_s", move.asked_begin_s);
      Field(json, "asked_end_s", move.asked_end_s);
      Field(json, "begin_s", move.begin_s);
      Field(json, "end_s", move.end_s);
      json.EndObject();
    }
    json.EndArray();
  }
  if (!summary.warning.empty()) Field(json, "warning", summary.warning);
  json.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace tidemark::engine
