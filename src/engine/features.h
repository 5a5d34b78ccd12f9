// The features of `tidemark analyze` and sets of them. Values.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace tidemark::engine {

enum class Feature : std::uint8_t {
  kTuning,
  kDominant,
  kLoudness,
  kTruePeak,
  kActivity,
  kWaveform,
  kTempo,
  kBeats
};

class FeatureSet {
 public:
  constexpr FeatureSet() = default;

  // Everything but true peak and waveform.
  static constexpr FeatureSet Default() {
    return FeatureSet()
        .With(Feature::kTuning)
        .With(Feature::kDominant)
        .With(Feature::kLoudness)
        .With(Feature::kActivity)
        .With(Feature::kTempo)
        .With(Feature::kBeats);
  }

  // "tuning,dominant", "all" or "default", joined by commas; true peak brings loudness with it.
  // kUsage, naming the features there are, where a name is unknown or the list is empty.
  static Result<FeatureSet> Parse(std::string_view names);

  [[nodiscard]] constexpr bool Has(Feature feature) const { return (bits_ & Bit(feature)) != 0; }
  [[nodiscard]] constexpr FeatureSet With(Feature feature) const {
    FeatureSet more = *this;
    more.bits_ |= Bit(feature);
    return more;
  }

 private:
  static constexpr std::uint32_t Bit(Feature feature) {
    return std::uint32_t{1} << static_cast<unsigned>(feature);
  }
  std::uint32_t bits_ = 0;
};

}  // namespace tidemark::engine
