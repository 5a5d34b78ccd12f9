#include "analysis/tuning.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/analysis/spectral_run.h"

namespace tidemark::analysis {
namespace {

constexpr std::array<double, 4> kReferences = SpectralAnalyzer::kReferencesHz;

// Chords of decaying notes with six partials, changing every 0.6 s.
std::vector<float> Chords(double a4_hz, double seconds, int rate_hz = 44'100) {
  constexpr std::array<std::array<int, 3>, 4> kChords = {
      {{-9, -5, -2}, {-4, 0, 3}, {-7, -4, 0}, {-2, 2, 5}}};
  return Sampled(rate_hz, seconds, [&](double t) {
    const auto which = static_cast<std::size_t>(t / 0.6);
    const double since = t - 0.6 * static_cast<double>(which);
    double sum = 0;
    for (const int note : kChords[which % kChords.size()]) {
      const double hz = a4_hz * std::exp2(note / 12.0);
      for (int partial = 1; partial <= 6; ++partial) {
        sum += std::sin(2 * std::numbers::pi * hz * partial * t) / partial;
      }
    }
    return 0.05 * sum * std::exp(-2 * since);
  });
}

std::optional<TuningResult> Tuning(int rate_hz, Channels channels, SpectralOptions options = {}) {
  SpectralRun run(options, {rate_hz, static_cast<int>(channels.size()), 0});
  run.Push(channels);
  return run.Finish().tuning();
}

TEST(Tuning, FindsDetunedChordsWithinACent) {
  for (const double a4_hz : {428.0, 432.0, 438.3, 446.0, 452.0}) {
    const auto result = Tuning(44'100, {Chords(a4_hz, 6)});
    ASSERT_TRUE(result) << a4_hz;
    EXPECT_LT(std::abs(CentsApart(result->a4_hz, a4_hz)), 1) << a4_hz;
    EXPECT_LT(std::abs(result->cents - CentsApart(a4_hz, 440)), result->uncertainty_cents);
  }
}

TEST(Tuning, FindsChordsInNoiseAndAtOtherRates) {
  for (const int rate_hz : {8'000, 22'050, 96'000}) {
    std::vector<float> samples = Chords(432, 6, rate_hz);
    AddNoise(samples, 0.01, 3);
    const auto result = Tuning(rate_hz, {samples});
    ASSERT_TRUE(result) << rate_hz;
    EXPECT_LT(std::abs(CentsApart(result->a4_hz, 432)), 1.5) << rate_hz;
    EXPECT_EQ(result->verdict.reference_hz, 432);
    EXPECT_FALSE(result->verdict.also_hz);
  }
}

TEST(Tuning, SaysThat415And440CannotBeToldApart) {
  for (const double a4_hz : {415.0, 440.0}) {
    const auto result = Tuning(44'100, {Chords(a4_hz, 5)});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->verdict.reference_hz, 440);
    EXPECT_EQ(result->verdict.also_hz, 415);
    EXPECT_NE(TuningText(*result).find("(or 415 Hz, a semitone lower: the two cannot be told "
                                       "apart)"),
              std::string::npos);
  }
}

TEST(Tuning, PrefersTheUsersReferenceWhereItFits) {
  const auto result = Tuning(44'100, {Chords(444, 5)}, {.references_hz = {444}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->verdict.reference_hz, 444);
  EXPECT_LT(std::abs(result->verdict.distance_cents), 1);
}

TEST(Tuning, IsAbsentForSilenceNoiseClicksAndNoSamples) {
  EXPECT_FALSE(Tuning(44'100, {std::vector<float>{}}));
  EXPECT_FALSE(Tuning(44'100, {std::vector<float>(88'200)}));
  EXPECT_FALSE(Tuning(44'100, {std::vector<float>(88'200, 0.5F)}));
  std::vector<float> noise(20 * 44'100);
  AddNoise(noise, 0.2, 9);
  EXPECT_FALSE(Tuning(44'100, {noise}));
  std::vector<float> clicks(88'200);
  for (std::size_t i = 1000; i < clicks.size(); i += 40'000) clicks[i] = 1;
  EXPECT_FALSE(Tuning(44'100, {clicks}));
}

TEST(Tuning, OfAFilePlayedTwiceIsTheSameAcrossAGap) {
  Channels channels = {Chords(442, 5)};
  SpectralRun once({}, {44'100, 1, 0});
  once.Push(channels);
  const auto single = once.Finish().tuning();
  SpectralRun twice({}, {44'100, 1, 0});
  twice.Push(channels);
  twice.Gap();
  twice.Push(channels);
  const SpectralAnalyzer& result = twice.Finish();
  ASSERT_TRUE(single && result.tuning());
  EXPECT_NEAR(result.tuning()->cents, single->cents, 1e-6);
  EXPECT_NEAR(result.dominant()->hz, once.Finish().dominant()->hz, 1e-3);
}

TEST(JudgeTuning, MeasuresTheDistanceModuloASemitone) {
  const TuningVerdict flat = JudgeTuning(-31, kReferences);
  EXPECT_EQ(flat.reference_hz, 432);
  EXPECT_NEAR(flat.distance_cents, 0.77, 0.01);
  const TuningVerdict edge = JudgeTuning(-1.27, kReferences);
  EXPECT_EQ(edge.reference_hz, 440);
  EXPECT_EQ(edge.also_hz, 415);
}

TEST(JudgeTuning, WritesWhatItFound) {
  TuningResult result{.a4_hz = 442.2, .cents = 8.63, .uncertainty_cents = 1, .verdict = {}};
  result.verdict = JudgeTuning(result.cents, kReferences);
  EXPECT_EQ(TuningText(result), "A4 = 442 Hz, 0.8 cents sharp");
}

}  // namespace
}  // namespace tidemark::analysis
