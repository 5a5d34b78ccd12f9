#include "analysis/voicing_meter.h"

#include <gtest/gtest.h>

#include "tests/analysis/level_signals.h"

namespace tidemark::analysis {
namespace {

constexpr int kRateHz = 4'000;

Voicing Last(const test::Plane& plane) {
  VoicingMeter meter;
  Voicing voicing;
  for (std::size_t at = 0; at + VoicingMeter::kFrames <= plane.size();
       at += VoicingMeter::kFrames) {
    voicing = meter.Push(std::span(plane).subspan(at, VoicingMeter::kFrames));
  }
  return voicing;
}

TEST(VoicingMeter, FindsThePitchOfAVoice) {
  for (const double hz : {85.0, 120.0, 203.5, 311.0, 390.0}) {
    test::Plane plane(4000);
    for (int k = 1; k * hz < 1400; ++k) {
      for (std::size_t i = 0; i < plane.size(); ++i) {
        const double turns = k * hz * static_cast<double>(i) / kRateHz;
        plane[i] += static_cast<float>(0.1 * std::sin(2 * std::numbers::pi * turns) / k);
      }
    }
    const Voicing voicing = Last(plane);
    EXPECT_GT(voicing.harmonicity, 0.9F) << hz;
    EXPECT_NEAR(voicing.pitch_oct, std::log2(hz), 0.01) << hz;
  }
}

TEST(VoicingMeter, FindsNoiseAndSilenceHardlyPeriodic) {
  test::Plane noise;
  test::Noise(3).Append(noise, -20, 1, kRateHz);
  EXPECT_LT(Last(noise).harmonicity, 0.5F);
  EXPECT_EQ(Last(test::Plane(4000)).harmonicity, 0);
  test::Plane faint;
  test::AppendSine(faint, 200, 1e-5, 1, kRateHz);
  EXPECT_LT(Last(faint).harmonicity, 0.5F);
}

}  // namespace
}  // namespace tidemark::analysis
