// Values worked out by hand. tests/cli/evaluate_test.py compares random lists with other
// implementations.
#include "analysis/beat_measures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "analysis/beat_goto.h"
#include "analysis/beat_information_gain.h"

namespace tidemark::analysis {
namespace {

using Beats = std::vector<double>;

constexpr double kExact = 1e-12;

Beats Regular(std::size_t n, double interval_s = 1, double first_s = 6) {
  Beats beats(n);
  for (std::size_t i = 0; i < n; ++i) beats[i] = first_s + interval_s * static_cast<double>(i);
  return beats;
}

Beats Shifted(Beats beats, double by_s) {
  for (double& beat : beats) beat += by_s;
  return beats;
}

TEST(BeatMeasures, AreAllPerfectForTheReferenceItself) {
  const Beats beats = Regular(30);
  const BeatMeasures m = MeasureBeats(beats, beats, {});
  EXPECT_EQ(m.n_reference, 30U);
  EXPECT_NEAR(m.f_measure, 1, kExact);
  EXPECT_NEAR(m.cemgil.same_level, 1, kExact);
  EXPECT_NEAR(m.cemgil.best_level, 1, kExact);
  EXPECT_EQ(m.goto_score, 1);
  EXPECT_NEAR(m.p_score, 1, kExact);
  EXPECT_NEAR(m.continuity.cml_continuous, 1, kExact);
  EXPECT_NEAR(m.continuity.aml_total, 1, kExact);
  EXPECT_NEAR(m.information_gain, 1, kExact);
  EXPECT_NEAR(m.median_lag_s.value(), 0, kExact);
  EXPECT_NEAR(m.reference_bpm.value(), 60, kExact);
  EXPECT_TRUE(m.tempo_accuracy_1 && m.tempo_accuracy_2);
}

TEST(BeatMeasures, AreZeroWhereThereAreNoBeats) {
  const Beats beats = Regular(8);
  for (const auto& [reference, estimate] :
       {std::pair{Beats{}, Beats{}}, {beats, Beats{}}, {Beats{}, beats}}) {
    const BeatMeasures m = MeasureBeats(reference, estimate, {});
    for (const double value :
         {m.f_measure, m.cemgil.same_level, m.cemgil.best_level, m.goto_score, m.p_score,
          m.continuity.cml_continuous, m.continuity.aml_total, m.information_gain}) {
      EXPECT_EQ(value, 0);
    }
    EXPECT_FALSE(m.median_lag_s.has_value());
    EXPECT_FALSE(m.tempo_accuracy_1 || m.tempo_accuracy_2);
  }
}

TEST(BeatMeasures, OfOneBeatAreThoseThatNeedNoInterval) {
  const BeatMeasures m = MeasureBeats(Beats{6}, Beats{6.04}, {});
  EXPECT_NEAR(m.f_measure, 1, kExact);
  EXPECT_NEAR(m.cemgil.same_level, std::exp(-0.5), kExact);
  EXPECT_NEAR(m.median_lag_s.value(), 0.04, kExact);
  EXPECT_EQ(m.goto_score, 0);
  EXPECT_EQ(m.p_score, 0);
  EXPECT_EQ(m.continuity.aml_total, 0);
  EXPECT_EQ(m.information_gain, 0);
  EXPECT_FALSE(m.estimate_bpm.has_value());
}

TEST(BeatMeasures, OfBeatsThatFallTogetherHaveNoTempoAndNoGain) {
  const Beats same(5, 7.0);
  const BeatMeasures m = MeasureBeats(same, same, {});
  EXPECT_NEAR(m.f_measure, 1, kExact);
  EXPECT_EQ(m.p_score, 0);
  EXPECT_EQ(m.information_gain, 0);
  EXPECT_EQ(m.continuity.aml_total, 0);
  EXPECT_FALSE(m.reference_bpm.has_value());
}

TEST(BeatMeasures, LeaveOutBeatsBeforeTheTrim) {
  const Beats reference = {1, 2, 3, 4, 5, 6, 7};
  const Beats estimate = {0.5, 1.5, 5, 6, 7};
  const BeatMeasures m = MeasureBeats(reference, estimate, {});
  EXPECT_EQ(m.n_reference, 3U);
  EXPECT_EQ(m.n_estimate, 3U);
  EXPECT_NEAR(m.f_measure, 1, kExact);
  BeatMeasureOptions untrimmed;
  untrimmed.trim_s = 0;
  EXPECT_NEAR(MeasureBeats(reference, estimate, untrimmed).f_measure, 0.5, kExact);
}

TEST(BeatMeasures, JudgeTheTempoThatWasGiven) {
  const Beats beats = Regular(10);
  BeatMeasureOptions options;
  options.reference_bpm = 100;
  options.estimate_bpm = 199;
  const BeatMeasures m = MeasureBeats(beats, beats, options);
  EXPECT_EQ(m.reference_bpm, 100);
  EXPECT_FALSE(m.tempo_accuracy_1);
  EXPECT_TRUE(m.tempo_accuracy_2);
}

TEST(BeatFMeasure, CountsEachBeatOnceWithin70Milliseconds) {
  EXPECT_NEAR(BeatFMeasure(Beats{6, 7, 8, 9}, Beats{6.05, 7.069, 8.08, 10}), 0.5, kExact);
  // Two estimates on one beat: 1 pair, precision 1/2, recall 1.
  EXPECT_NEAR(BeatFMeasure(Beats{6}, Beats{5.99, 6.01}), 2.0 / 3, kExact);
  // 6.05 is nearest to 6.1, but both find a partner if it takes 6.
  EXPECT_NEAR(BeatFMeasure(Beats{6, 6.09}, Beats{6.05, 6.15}), 1, kExact);
}

TEST(CemgilScore, SumsGaussiansOfTheDistance) {
  const CemgilScores scores = CemgilScore(Beats{6, 7, 8}, Beats{6, 7.04, 8});
  EXPECT_NEAR(scores.same_level, (2 + std::exp(-0.5)) / 3, kExact);
}

TEST(CemgilScore, FindsTheLevelThatFitsBest) {
  const Beats reference = Regular(9);
  // Every beat of the double tempo but for the last half: 17 of 17.
  EXPECT_NEAR(CemgilScore(reference, Regular(17, 0.5)).best_level, 1, kExact);
  EXPECT_NEAR(CemgilScore(reference, Regular(5, 2)).best_level, 1, kExact);
  EXPECT_NEAR(CemgilScore(reference, Regular(4, 2, 7)).best_level, 1, kExact);
  const CemgilScores off_beat = CemgilScore(reference, Regular(8, 1, 6.5));
  EXPECT_NEAR(off_beat.best_level, 1, kExact);
  EXPECT_LT(off_beat.same_level, 1e-6);
}

TEST(GotoScore, AsksForAStretchThatIsLongAndSteady) {
  const Beats reference = Regular(100);
  // A stretch counts with the two missed beats around it. 61 errors, two of them 1: deviation 0.18.
  EXPECT_EQ(GotoScore(reference, Regular(60)), 1);
  // 41 errors, two of them 1: long enough, but the deviation is 0.22.
  EXPECT_EQ(GotoScore(reference, Regular(40)), 0);
  EXPECT_EQ(GotoScore(Regular(400), Regular(60)), 0);
}

TEST(GotoScore, LimitsTheMeanErrorAndMissesDoubleBeats) {
  const Beats reference = Regular(20);
  EXPECT_EQ(GotoScore(reference, Shifted(reference, 0.09)), 1);
  EXPECT_EQ(GotoScore(reference, Shifted(reference, 0.11)), 0);
  EXPECT_EQ(GotoScore(reference, Regular(40, 0.5, 6.1)), 0);
  EXPECT_EQ(GotoScore(Regular(4), Regular(4)), 0);
  EXPECT_EQ(GotoScore(Regular(5), Regular(5)), 1);
}

TEST(PScore, CountsPairsWithinAFifthOfTheMedianInterval) {
  const Beats reference = Regular(10);
  EXPECT_NEAR(PScore(reference, Shifted(reference, 0.15)), 1, kExact);
  EXPECT_NEAR(PScore(reference, Shifted(reference, 0.25)), 0, kExact);
  // Every beat of the reference, and as many between that pair with none.
  EXPECT_NEAR(PScore(reference, Regular(20, 0.5)), 0.5, kExact);
  // Two estimates 50 ms apart on each beat pair with it twice.
  EXPECT_NEAR(PScore(Beats{6, 7}, Beats{6, 6.05, 7, 7.05}), 1, kExact);
}

TEST(MeasureContinuity, BreaksAtABeatOutOfPlaceAndAtTheOneAfter) {
  const Beats reference = Regular(10);
  Beats estimate = reference;
  estimate[4] += 0.3;
  const BeatContinuity continuity = MeasureContinuity(reference, estimate);
  EXPECT_NEAR(continuity.cml_continuous, 0.4, kExact);
  EXPECT_NEAR(continuity.cml_total, 0.8, kExact);
  EXPECT_NEAR(continuity.aml_continuous, 0.4, kExact);
  EXPECT_NEAR(continuity.aml_total, 0.8, kExact);
}

TEST(MeasureContinuity, AllowsOtherLevelsOnlyWhereAnyWillDo) {
  const Beats reference = Regular(10);
  for (const Beats& estimate :
       {Regular(19, 0.5), Regular(5, 2), Regular(5, 2, 7), Regular(9, 1, 6.5)}) {
    const BeatContinuity continuity = MeasureContinuity(reference, estimate);
    EXPECT_EQ(continuity.cml_total, 0);
    EXPECT_NEAR(continuity.aml_continuous, 1, kExact);
    EXPECT_NEAR(continuity.aml_total, 1, kExact);
  }
}

TEST(MeasureContinuity, DividesByTheLongerList) {
  const BeatContinuity continuity = MeasureContinuity(Regular(20), Regular(15));
  EXPECT_NEAR(continuity.cml_continuous, 0.75, kExact);
  EXPECT_NEAR(continuity.cml_total, 0.75, kExact);
}

TEST(InformationGain, IsOneBitLessWhereErrorsFallIntoTwoBins) {
  const Beats reference = Regular(10);
  Beats estimate = reference;
  for (std::size_t i = 1; i < estimate.size(); i += 2) estimate[i] += 0.25;
  EXPECT_NEAR(InformationGain(reference, estimate), 1 - 1 / std::log2(41.0), kExact);
}

TEST(InformationGain, DoesNotMindAConstantShift) {
  const Beats reference = Regular(10);
  EXPECT_NEAR(InformationGain(reference, Shifted(reference, 0.2)), 1, 0.15);
}

TEST(MedianLag, IsPositiveForLateBeatsAndIgnoresStrays) {
  const Beats reference = Regular(5);
  EXPECT_NEAR(MedianLag(reference, Shifted(reference, 0.012)).value(), 0.012, kExact);
  EXPECT_NEAR(MedianLag(reference, Beats{5.99, 7.02, 7.5, 8.3}).value(), 0.005, kExact);
  EXPECT_FALSE(MedianLag(reference, Shifted(reference, 0.3)).has_value());
}

TEST(TempoAgrees, Within4PercentOfAFactor) {
  constexpr double kOne[] = {1.0};
  constexpr double kThird[] = {1.0, 1.0 / 3};
  EXPECT_TRUE(TempoAgrees(100, 103.9, kOne));
  EXPECT_TRUE(TempoAgrees(100, 96.1, kOne));
  EXPECT_FALSE(TempoAgrees(100, 104.1, kOne));
  EXPECT_FALSE(TempoAgrees(90, 30.1, kOne));
  EXPECT_TRUE(TempoAgrees(90, 30.1, kThird));
}

}  // namespace
}  // namespace tidemark::analysis
