#include "engine/evaluation.h"

#include <fmt/format.h>

#include "engine/json_fields.h"

namespace tidemark::engine {
namespace {

constexpr const char* kEvaluationSchema = "tidemark.evaluation/1";

std::string TempoText(const std::optional<double>& bpm) {
  return bpm ? fmt::format("{:.2f} bpm", *bpm) : std::string("no tempo");
}

const char* YesNo(bool value) { return value ? "yes" : "no"; }

void ListObject(PrettyJson& json, const char* key, const std::string& path, std::size_t n_beats,
                const std::optional<double>& bpm) {
  json.Key(key);
  json.StartObject();
  Field(json, "path", path);
  Field(json, "n_beats", std::uint64_t{n_beats});
  Field(json, "bpm", bpm);
  json.EndObject();
}

}  // namespace

Result<void> PrintEvaluationText(const Evaluation& evaluation) {
  auto output = io::OutputFile::Create("", io::OutputFile::Mode::kWhole);
  if (!output) return tl::unexpected<Error>(output.error());
  const auto line = [&](const char* name, const std::string& text) {
    output->Write(fmt::format("  {:<11} {}\n", name, text));
  };
  const analysis::BeatMeasures& m = evaluation.measures;
  output->Write(fmt::format("{} against {}\n", Printable(evaluation.estimate_path),
                            Printable(evaluation.reference_path)));
  line("Beats", fmt::format("{}, of the reference {} (from {:g} s on)", m.n_estimate, m.n_reference,
                            evaluation.options.trim_s));
  line("F-measure", fmt::format("{:.4f}", m.f_measure));
  line("Cemgil",
       fmt::format("{:.4f}, at the best level {:.4f}", m.cemgil.same_level, m.cemgil.best_level));
  line("Goto", fmt::format("{:.0f}", m.goto_score));
  line("P-score", fmt::format("{:.4f}", m.p_score));
  line("Continuity", fmt::format("CMLc {:.4f}, CMLt {:.4f}, AMLc {:.4f}, AMLt {:.4f}",
                                 m.continuity.cml_continuous, m.continuity.cml_total,
                                 m.continuity.aml_continuous, m.continuity.aml_total));
  line("Information", fmt::format("gain {:.4f}", m.information_gain));
  line("Lag", m.median_lag_s ? fmt::format("{:+.1f} ms in the median", *m.median_lag_s * 1e3)
                             : std::string("no beat within 70 ms"));
  line("Tempo", fmt::format("{}, of the reference {}; accuracy 1 {}, accuracy 2 {}",
                            TempoText(m.estimate_bpm), TempoText(m.reference_bpm),
                            YesNo(m.tempo_accuracy_1), YesNo(m.tempo_accuracy_2)));
  return output->Commit();
}

Result<void> PrintEvaluationJson(const Evaluation& evaluation) {
  auto output = io::OutputFile::Create("", io::OutputFile::Mode::kWhole);
  if (!output) return tl::unexpected<Error>(output.error());
  JsonStream stream(*output);
  PrettyJson json(stream);
  json.SetIndent(' ', 2);
  json.SetMaxDecimalPlaces(kJsonDecimals);
  const analysis::BeatMeasures& m = evaluation.measures;
  json.StartObject();
  Field(json, "schema", kEvaluationSchema);
  Field(json, "version", TIDEMARK_VERSION);
  ListObject(json, "reference", evaluation.reference_path, m.n_reference, m.reference_bpm);
  ListObject(json, "estimate", evaluation.estimate_path, m.n_estimate, m.estimate_bpm);
  Field(json, "trim_s", evaluation.options.trim_s);
  Field(json, "f_measure", m.f_measure);
  Field(json, "cemgil", m.cemgil.same_level);
  Field(json, "cemgil_best_level", m.cemgil.best_level);
  Field(json, "goto", m.goto_score);
  Field(json, "p_score", m.p_score);
  Field(json, "cmlc", m.continuity.cml_continuous);
  Field(json, "cmlt", m.continuity.cml_total);
  Field(json, "amlc", m.continuity.aml_continuous);
  Field(json, "amlt", m.continuity.aml_total);
  Field(json, "information_gain", m.information_gain);
  json.Key("median_lag_ms");
  m.median_lag_s ? json.Double(Rounded(*m.median_lag_s * 1e3)) : json.Null();
  Field(json, "tempo_accuracy_1", m.tempo_accuracy_1);
  Field(json, "tempo_accuracy_2", m.tempo_accuracy_2);
  json.EndObject();
  output->Put('\n');
  return output->Commit();
}

}  // namespace tidemark::engine
