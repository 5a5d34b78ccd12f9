#include "engine/features.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace tidemark::engine {
namespace {

constexpr std::array<std::pair<std::string_view, Feature>, 8> kNames = {{
    {"tuning", Feature::kTuning},
    {"dominant", Feature::kDominant},
    {"loudness", Feature::kLoudness},
    {"truepeak", Feature::kTruePeak},
    {"activity", Feature::kActivity},
    {"waveform", Feature::kWaveform},
    {"tempo", Feature::kTempo},
    {"beats", Feature::kBeats},
}};

// Adds what `name` stands for; false where it stands for nothing.
bool AddNamed(std::string_view name, FeatureSet& set) {
  bool known = false;
  for (const auto& [text, feature] : kNames) {
    const bool by_default = FeatureSet::Default().Has(feature);
    if (name != text && name != "all" && !(name == "default" && by_default)) continue;
    set = set.With(feature);
    known = true;
  }
  return known;
}

}  // namespace

Result<FeatureSet> FeatureSet::Parse(std::string_view names) {
  FeatureSet set;
  for (;;) {
    const std::size_t comma = names.find(',');
    const std::string_view name = names.substr(0, comma);
    if (!AddNamed(name, set)) {
      return Fail(
          ErrorCode::kUsage,
          fmt::format("--features: '{}' is not a feature; choose from tuning, dominant, tempo, "
                      "beats, loudness, truepeak, activity, waveform, default, all",
                      name));
    }
    if (comma == std::string_view::npos) break;
    names.remove_prefix(comma + 1);
  }
  return set.Has(Feature::kTruePeak) ? set.With(Feature::kLoudness) : set;
}

}  // namespace tidemark::engine
