// Agreement with libebur128, the reference implementation most tools use.
#include <ebur128.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "analysis/loudness.h"
#include "tests/analysis/level_signals.h"

namespace tidemark::analysis {
namespace {

using test::Noise;
using test::Plane;
using test::Planes;
using test::RunAnalyzer;

struct Peer {
  double integrated_lufs = 0;
  double range_lu = 0;
  double max_momentary_lufs = -1000;
  double max_short_term_lufs = -1000;
  double sample_peak = 0;
  double true_peak = 0;
};

Peer MeasureWithPeer(const Planes& planes, int rate_hz) {
  auto* state =
      ebur128_init(static_cast<unsigned>(planes.size()), static_cast<unsigned long>(rate_hz),
                   EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK);
  const auto step = static_cast<std::size_t>(rate_hz / 100);
  std::vector<float> interleaved;
  Peer peer;
  for (std::size_t at = 0; at < planes[0].size(); at += step) {
    const std::size_t n = std::min(step, planes[0].size() - at);
    interleaved.clear();
    for (std::size_t i = at; i < at + n; ++i) {
      for (const Plane& plane : planes) interleaved.push_back(plane[i]);
    }
    ebur128_add_frames_float(state, interleaved.data(), n);
    double lufs = 0;
    ebur128_loudness_momentary(state, &lufs);
    peer.max_momentary_lufs = std::max(peer.max_momentary_lufs, lufs);
    ebur128_loudness_shortterm(state, &lufs);
    peer.max_short_term_lufs = std::max(peer.max_short_term_lufs, lufs);
  }
  ebur128_loudness_global(state, &peer.integrated_lufs);
  ebur128_loudness_range(state, &peer.range_lu);
  for (unsigned c = 0; c < planes.size(); ++c) {
    double value = 0;
    ebur128_sample_peak(state, c, &value);
    peer.sample_peak = std::max(peer.sample_peak, value);
    ebur128_true_peak(state, c, &value);
    peer.true_peak = std::max(peer.true_peak, value);
  }
  ebur128_destroy(&state);
  return peer;
}

// Low-passed noise and chords whose level wanders by 30 dB over some seconds, with rests.
Planes MusicLike(int rate_hz, int n_channels, double seconds, unsigned seed) {
  Planes planes(static_cast<std::size_t>(n_channels));
  Noise noise(seed);
  for (std::size_t c = 0; c < planes.size(); ++c) {
    double low = 0;
    for (std::size_t n = 0; n < test::Frames(seconds, rate_hz); ++n) {
      const double t = static_cast<double>(n) / rate_hz;
      const double swell_db = -22 + 12 * std::sin(0.9 * t + static_cast<double>(c));
      const double rest = std::fmod(t, 5.0) < 0.6 ? 1e-4 : 1.0;
      low += 0.3 * (noise.Next(-3) - low);
      const double chord = 0.4 * std::sin(2 * std::numbers::pi * 220 * t) +
                           0.3 * std::sin(2 * std::numbers::pi * 554.4 * t);
      planes[c].push_back(static_cast<float>(rest * test::Amplitude(swell_db) * (low + chord)));
    }
  }
  return planes;
}

LoudnessResult MeasureOurs(const Planes& planes, int rate_hz) {
  const StreamFormat format{rate_hz, static_cast<int>(planes.size()), 0};
  const LoudnessOptions options{.true_peak = true};
  auto arena = memory::Arena::Create(LoudnessAnalyzer::PlanBytes(options, format));
  auto analyzer = LoudnessAnalyzer::Create(options, format, *arena);
  RunAnalyzer(**analyzer, planes);
  return (*analyzer)->result();
}

void ExpectAgreement(const Planes& planes, int rate_hz) {
  const LoudnessResult ours = MeasureOurs(planes, rate_hz);
  const Peer peer = MeasureWithPeer(planes, rate_hz);
  EXPECT_NEAR(*ours.integrated_lufs, peer.integrated_lufs, 0.02);
  EXPECT_NEAR(*ours.max_momentary_lufs, peer.max_momentary_lufs, 0.03);
  EXPECT_NEAR(*ours.max_short_term_lufs, peer.max_short_term_lufs, 0.02);
  EXPECT_NEAR(*ours.sample_peak_dbfs, 20 * std::log10(peer.sample_peak), 1e-4);
  // Its interpolator is another than the standard's.
  EXPECT_NEAR(*ours.true_peak_dbtp, 20 * std::log10(peer.true_peak), 0.4);
}

class LoudnessPeer : public testing::TestWithParam<std::pair<int, int>> {};

TEST_P(LoudnessPeer, AgreesWithLibebur128OnMusicLikeSignals) {
  const auto [rate_hz, n_channels] = GetParam();
  ExpectAgreement(MusicLike(rate_hz, n_channels, 4, 5), rate_hz);
}

INSTANTIATE_TEST_SUITE_P(RatesAndChannels, LoudnessPeer,
                         testing::Values(std::pair{4'000, 1}, std::pair{8'000, 2},
                                         std::pair{11'025, 1}, std::pair{16'000, 3},
                                         std::pair{22'050, 4}, std::pair{44'100, 2},
                                         std::pair{48'000, 5}, std::pair{48'000, 6},
                                         std::pair{32'000, 8}, std::pair{96'000, 2}));

TEST(LoudnessPeerGates, AgreeWithLibebur128OnNoiseThatCrossesTheGates) {
  Planes planes(2);
  Noise noise(11);
  for (int i = 0; i < 12; ++i) {
    const double dbfs = -20.0 - (i * 7) % 60;
    for (Plane& plane : planes) noise.Append(plane, dbfs, 1.3, 32'000);
  }
  ExpectAgreement(planes, 32'000);
}

// The peer looks at 3 s once a second, we ten times: percentiles agree where windows are many.
TEST(LoudnessPeerRange, AgreesWithLibebur128OnLongAudio) {
  const Planes planes = MusicLike(4'000, 1, 300, 9);
  EXPECT_NEAR(*MeasureOurs(planes, 4'000).range_lu, MeasureWithPeer(planes, 4'000).range_lu, 0.2);
}

}  // namespace
}  // namespace tidemark::analysis
