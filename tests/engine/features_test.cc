#include "engine/features.h"

#include <gtest/gtest.h>

namespace tidemark::engine {
namespace {

TEST(Features, LeaveOutTruePeakAndWaveformByDefault) {
  const FeatureSet set = FeatureSet::Parse("default").value();
  for (const Feature feature : {Feature::kTuning, Feature::kDominant, Feature::kLoudness,
                                Feature::kActivity, Feature::kTempo, Feature::kBeats}) {
    EXPECT_TRUE(set.Has(feature));
  }
  EXPECT_FALSE(set.Has(Feature::kTruePeak));
  EXPECT_FALSE(set.Has(Feature::kWaveform));
}

TEST(Features, AreChosenByName) {
  const FeatureSet set = FeatureSet::Parse("tuning,truepeak").value();
  EXPECT_TRUE(set.Has(Feature::kTuning));
  EXPECT_TRUE(set.Has(Feature::kTruePeak));
  EXPECT_TRUE(set.Has(Feature::kLoudness));  // true peak is reported with it
  EXPECT_FALSE(set.Has(Feature::kActivity));
  EXPECT_FALSE(set.Has(Feature::kBeats));
  EXPECT_TRUE(FeatureSet::Parse("beats").value().Has(Feature::kBeats));
  EXPECT_FALSE(FeatureSet::Parse("beats").value().Has(Feature::kTempo));
}

TEST(Features, NameTheKnownOnesWhereOneIsUnknown) {
  for (const char* names : {"", "tuning,", "temperature", "Tuning"}) {
    const auto set = FeatureSet::Parse(names);
    ASSERT_FALSE(set) << names;
    EXPECT_EQ(set.error().code, ErrorCode::kUsage);
    EXPECT_NE(set.error().message.find("loudness"), std::string::npos);
  }
}

}  // namespace
}  // namespace tidemark::engine
