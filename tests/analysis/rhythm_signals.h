// Music of drums whose beats are known exactly, and a way to put it through RhythmAnalyzer.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <random>
#include <vector>

#include "analysis/rhythm.h"
#include "tests/analysis/level_signals.h"

namespace tidemark::test {

using Times = std::vector<double>;

// A synthetic drummer; sounds start exactly where they are put.
class Drums {
 public:
  Drums(int rate_hz, double n_seconds)
      : rate_hz_(rate_hz), plane_(Frames(n_seconds, rate_hz), 0.0F) {}

  void Kick(double at_s, double level) {
    double phase = 0;
    Add(at_s, 0.25, [&](double t) {
      phase += (50 + 120 * std::exp(-t / 0.02)) / rate_hz_;
      return level * std::exp(-t / 0.07) * std::sin(2 * std::numbers::pi * phase) +
             0.3 * level * std::exp(-t / 0.003) * uniform_(random_);
    });
  }
  void Snare(double at_s, double level) {
    Add(at_s, 0.2, [&](double t) {
      return level * std::exp(-t / 0.05) *
             (0.6 * uniform_(random_) + 0.4 * std::sin(2 * std::numbers::pi * 190 * t));
    });
  }
  void Hat(double at_s, double level) {
    double last = 0;
    Add(at_s, 0.06, [&](double t) {
      const double noise = uniform_(random_);
      const double high = noise - std::exchange(last, noise);
      return level * std::exp(-t / 0.015) * high;
    });
  }
  void Click(double at_s, double level) {
    Add(at_s, 0.06, [&](double t) {
      return level * std::exp(-t / 0.01) * std::sin(2 * std::numbers::pi * 1000 * t);
    });
  }
  // A low note with partials, as long as it says.
  void Note(double at_s, double n_seconds, double hz, double level) {
    Add(at_s, n_seconds, [&](double t) {
      double sum = 0;
      for (int partial = 1; partial <= 5; ++partial) {
        sum += std::sin(2 * std::numbers::pi * hz * partial * t) / partial;
      }
      const double fade = std::min(1.0, (n_seconds - t) / 0.02);
      return level * sum * (0.5 + 0.5 * std::exp(-t / 0.1)) * fade;
    });
  }

  [[nodiscard]] const Plane& plane() const { return plane_; }
  Plane& plane() { return plane_; }

 private:
  template <typename Sound>
  void Add(double at_s, double n_seconds, Sound&& sound) {
    const double first = std::ceil(at_s * rate_hz_);
    for (double n = first; n < (at_s + n_seconds) * rate_hz_; ++n) {
      if (n < 0 || n >= static_cast<double>(plane_.size())) continue;
      plane_[static_cast<std::size_t>(n)] += static_cast<float>(sound(n / rate_hz_ - at_s));
    }
  }

  int rate_hz_;
  Plane plane_;
  std::mt19937 random_{11};
  std::uniform_real_distribution<double> uniform_{-1, 1};
};

struct Style {
  int meter = 4;
  double offbeat = 0.5;  // where the hat between beats falls: 2/3 swings
};

// Kick and bass on the downbeat, a chord that changes with the bar, snare in between, hats on
// every beat and offbeat.
inline void PlayBand(Drums& drums, const Times& beats, const Style& style = {}) {
  constexpr double kRoots[] = {55, 65.41, 73.42, 49};
  for (std::size_t i = 0; i < beats.size(); ++i) {
    const auto meter = static_cast<std::size_t>(style.meter);
    const std::size_t position = i % meter;
    const double length = i + 1 < beats.size() ? beats[i + 1] - beats[i] : beats[i] - beats[i - 1];
    const double root = kRoots[i / meter % 4];
    if (position == 0) {
      drums.Kick(beats[i], 0.5);
      drums.Note(beats[i], 0.95 * length * style.meter, 4 * root, 0.04);
      drums.Note(beats[i], 0.95 * length * style.meter, 6 * root, 0.04);
      drums.Note(beats[i], 0.9 * length, root, 0.15);
    } else if (meter == 3 || position % 2 == 1) {
      drums.Snare(beats[i], 0.25);
    } else {
      drums.Kick(beats[i], 0.4);
      drums.Note(beats[i], 0.6 * length, 2 * root, 0.1);
    }
    drums.Hat(beats[i], 0.08);
    drums.Hat(beats[i] + style.offbeat * length, 0.05);
  }
}

// Beats from `first` on to `end`, where bpm(t) is the tempo at t.
template <typename Tempo>
Times BeatsAt(Tempo&& bpm, double first, double end) {
  Times beats;
  for (double t = first; t < end; t += 60 / bpm(t)) beats.push_back(t);
  return beats;
}
inline Times SteadyBeats(double bpm, double first, double end) {
  Times beats;
  for (int i = 0; first + i * 60 / bpm < end; ++i) beats.push_back(first + i * 60 / bpm);
  return beats;
}

// An analyzer with its arena and all it found. Creating it checks that the plan is exact.
class RhythmRun {
 public:
  RhythmRun(const analysis::RhythmOptions& options, const StreamFormat& format)
      : arena_(*memory::Arena::Create(analysis::RhythmAnalyzer::PlanBytes(options, format))),
        analyzer_(*analysis::RhythmAnalyzer::Create(options, format, arena_)) {
    EXPECT_EQ(arena_.used(), arena_.size());
  }

  void Push(Planes planes) {
    PushFrames(*analyzer_, planes, 0, planes.empty() ? 0 : planes[0].size(), [&] { Drain(); });
  }
  void Gap(std::int64_t next_frame) {
    analyzer_->Gap(next_frame);
    Drain();
  }
  const analysis::RhythmAnalyzer& Finish() {
    analyzer_->Finish();
    Drain();
    return *analyzer_;
  }

  [[nodiscard]] Times times() const {
    Times times;
    for (const analysis::Beat& beat : beats) times.push_back(beat.time_s);
    return times;
  }

  std::vector<analysis::Beat> beats;
  std::vector<analysis::TempoPoint> tempo;

 private:
  void Drain() {
    std::array<analysis::Beat, analysis::RhythmAnalyzer::kMaxPending> more;
    const std::size_t n_beats = analyzer_->DrainBeats(more);
    beats.insert(beats.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(n_beats));
    std::array<analysis::TempoPoint, analysis::RhythmAnalyzer::kMaxPending> points;
    const std::size_t n_points = analyzer_->DrainTempo(points);
    tempo.insert(tempo.end(), points.begin(),
                 points.begin() + static_cast<std::ptrdiff_t>(n_points));
  }

  memory::Arena arena_;
  std::unique_ptr<analysis::RhythmAnalyzer> analyzer_;
};

}  // namespace tidemark::test
