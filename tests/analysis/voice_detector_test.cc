#include "analysis/voice_detector.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace tidemark::analysis {
namespace {

// Half a second of silence, then a second of a vowel: pulses 8 ms apart that ring at 700 and 1200
// Hz.
std::vector<bool> Heard(VoiceDetector& detector) {
  std::vector<bool> heard;
  for (int k = 0; k < 150; ++k) {
    std::array<std::int16_t, VoiceDetector::kFrames> samples{};
    for (int i = 0; k >= 50 && i < 80; ++i) {
      const double since_pulse = (80 * k + i) % 64;
      const double ringing = std::cos(0.55 * since_pulse) + std::cos(0.94 * since_pulse);
      samples[static_cast<std::size_t>(i)] =
          static_cast<std::int16_t>(8000 * std::exp(-since_pulse / 20) * ringing);
    }
    heard.push_back(detector.Hears(samples));
  }
  return heard;
}

TEST(VoiceDetector, HearsAVoiceAndNotTheSilenceBeforeIt) {
  auto detector = VoiceDetector::Create();
  ASSERT_TRUE(detector);
  const std::vector<bool> heard = Heard(*detector);
  EXPECT_FALSE(heard[40]);
  EXPECT_TRUE(heard[60]);
}

TEST(VoiceDetector, ForgetsTheRecordingAtAReset) {
  auto detector = VoiceDetector::Create();
  const std::vector<bool> first = Heard(*detector);
  detector->Reset();
  EXPECT_EQ(Heard(*detector), first);
}

}  // namespace
}  // namespace tidemark::analysis
