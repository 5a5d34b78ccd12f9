// Signals for the tests of loudness, activity and waveform, and a way to put them through an
// analyzer as the engine does: in blocks of kBlockFrames, the last one shorter.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numbers>
#include <random>
#include <vector>

#include "analysis/analyzer.h"
#include "base/audio_block.h"

namespace tidemark::test {

using Plane = std::vector<float>;
using Planes = std::vector<Plane>;

inline double Amplitude(double dbfs) { return std::pow(10.0, dbfs / 20); }
inline std::size_t Frames(double seconds, int rate_hz) {
  return static_cast<std::size_t>(std::llround(seconds * rate_hz));
}

// Appends `seconds` of a sine; its phase goes on from the start of the plane.
inline void AppendSine(Plane& plane, double hz, double amplitude, double seconds, int rate_hz) {
  const std::size_t end = plane.size() + Frames(seconds, rate_hz);
  for (std::size_t n = plane.size(); n < end; ++n) {
    const double turns = std::fmod(hz * static_cast<double>(n) / rate_hz, 1.0);
    plane.push_back(static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * turns)));
  }
}

inline void AppendSilence(Plane& plane, double seconds, int rate_hz) {
  plane.resize(plane.size() + Frames(seconds, rate_hz), 0.0F);
}

// White Gaussian noise with a fixed seed; `dbfs` is its RMS.
class Noise {
 public:
  explicit Noise(unsigned seed) : random_(seed) {}
  float Next(double dbfs) { return static_cast<float>(Amplitude(dbfs) * normal_(random_)); }
  void Append(Plane& plane, double dbfs, double seconds, int rate_hz) {
    for (std::size_t n = Frames(seconds, rate_hz); n > 0; --n) plane.push_back(Next(dbfs));
  }
  void AddTo(Plane& plane, double dbfs) {
    for (float& x : plane) x += Next(dbfs);
  }

 private:
  std::mt19937 random_;
  std::normal_distribution<double> normal_;
};

// Pushes frames [begin, end) of the planes; calls `after` behind each block.
inline void PushFrames(analysis::Analyzer& analyzer, Planes& planes, std::size_t begin,
                       std::size_t end, const std::function<void()>& after) {
  std::vector<float*> pointers(planes.size());
  for (std::size_t at = begin; at < end; at += kBlockFrames) {
    for (std::size_t c = 0; c < planes.size(); ++c) pointers[c] = planes[c].data() + at;
    analyzer.Push(AudioBlock(pointers, std::min(kBlockFrames, end - at)));
    after();
  }
}

inline void RunAnalyzer(
    analysis::Analyzer& analyzer, Planes planes, const std::function<void()>& after = [] {}) {
  PushFrames(analyzer, planes, 0, planes.empty() ? 0 : planes[0].size(), after);
  analyzer.Finish();
  after();
}

}  // namespace tidemark::test
