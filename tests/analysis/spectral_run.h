// Runs SpectralAnalyzer over signals made or loaded by tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <random>
#include <vector>

#include "analysis/spectrum.h"
#include "memory/arena.h"

namespace tidemark::analysis {

using Channels = std::vector<std::vector<float>>;

// An analyzer with its arena. Creating it checks that the plan is exact.
class SpectralRun {
 public:
  SpectralRun(const SpectralOptions& options, const StreamFormat& format)
      : arena_(*memory::Arena::Create(SpectralAnalyzer::PlanBytes(options, format))),
        analyzer_(*SpectralAnalyzer::Create(options, format, arena_)) {
    EXPECT_EQ(arena_.used(), arena_.size());
  }

  void Push(Channels& channels) {
    std::vector<float*> planes(channels.size());
    const std::size_t n = channels[0].size();
    for (std::size_t at = 0; at < n; at += kBlockFrames) {
      for (std::size_t c = 0; c < channels.size(); ++c) planes[c] = channels[c].data() + at;
      analyzer_->Push(AudioBlock(planes, std::min(kBlockFrames, n - at)));
    }
  }
  void Gap() { analyzer_->Gap(0); }
  const SpectralAnalyzer& Finish() {
    analyzer_->Finish();
    return *analyzer_;
  }

 private:
  memory::Arena arena_;
  std::unique_ptr<SpectralAnalyzer> analyzer_;
};

inline double CentsApart(double hz, double reference_hz) {
  return 1200 * std::log2(hz / reference_hz);
}

// Samples of f(seconds).
template <typename Function>
std::vector<float> Sampled(int rate_hz, double seconds, Function&& f) {
  std::vector<float> samples(static_cast<std::size_t>(rate_hz * seconds));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<float>(f(static_cast<double>(i) / rate_hz));
  }
  return samples;
}

inline auto Tone(double hz, double amplitude) {
  return [=](double t) { return amplitude * std::sin(2 * std::numbers::pi * hz * t + 0.7); };
}

inline void AddNoise(std::vector<float>& samples, double deviation, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0, static_cast<float>(deviation));
  for (float& x : samples) x += noise(random);
}

}  // namespace tidemark::analysis
