#include "analysis/speech_gate.h"

#include <cmath>

namespace tidemark::analysis {
namespace {

// A 16-bit step squared, so that digital silence is 0 dB and full scale about 90.
constexpr float kStepPower = 32768.0F * 32768.0F;
// What is so far below the top of its window is not looked at.
constexpr float kActive_db = 30;
constexpr float kHarmonic = 0.7F;
// Fewer periodic moments than these say little.
constexpr float kFewPitches = 20;

float Decibels(float power) { return 10 * std::log10(power * kStepPower + 1); }
float Power(float db) { return (std::pow(10.0F, db / 10) - 1) / kStepPower; }

// The value that `part` of them are below.
float Percentile(std::span<const float> values, double part) {
  std::array<float, 2 * SpeechGate::kHalfWindow> sorted;
  std::ranges::copy(values, sorted.begin());
  const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size()));
  const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(values.size());
  std::nth_element(sorted.begin(), sorted.begin() + at, end);
  return sorted[static_cast<std::size_t>(at)];
}

float SoundThreshold(std::span<const float> db) {
  const float top_db = Percentile(db, 0.95);
  return Power(std::clamp(Percentile(db, 0.05) + 6, top_db - 45, top_db - 6));
}

// Deviation over mean of the amplitudes.
float Depth(std::span<const float> power_db) {
  double sum = 0;
  double squares = 0;
  for (const float db : power_db) {
    const double square = std::pow(10.0, static_cast<double>(db) / 10);
    sum += std::sqrt(square);
    squares += square;
  }
  const double mean = sum / static_cast<double>(power_db.size());
  const double variance = squares / static_cast<double>(power_db.size()) - mean * mean;
  return static_cast<float>(std::sqrt(std::max(0.0, variance)) / mean);
}

// Deviation of the colour where there is sound.
float Colour(std::span<const float> power_db, std::span<const float> high_db, float least_db) {
  double sum = 0;
  double squares = 0;
  double n = 0;
  for (std::size_t i = 0; i < power_db.size(); ++i) {
    if (power_db[i] <= least_db) continue;
    const auto colour = static_cast<double>(high_db[i] - power_db[i]);
    sum += colour;
    squares += colour * colour;
    ++n;
  }
  if (n < 2) return 0;
  return static_cast<float>(std::sqrt(std::max(0.0, squares / n - sum * sum / (n * n))));
}

float Movement(std::span<const float> power_db, float least_db) {
  constexpr std::size_t kStep = 4;
  if (power_db.size() <= kStep) return 0;
  float sum = 0;
  for (std::size_t i = kStep; i < power_db.size(); ++i) {
    sum += std::abs(std::max(power_db[i], least_db) - std::max(power_db[i - kStep], least_db));
  }
  return sum / static_cast<float>(power_db.size() - kStep);
}

}  // namespace

SpeechGate::Levels SpeechGate::MeasureLevels(std::int64_t begin, std::int64_t end) const {
  Levels levels;
  for (std::int64_t k = begin; k < end; ++k) {
    // 20 ms, so that the period of a deep voice does not show.
    const SpeechFrame& now = frame(k);
    const SpeechFrame& last = frame(std::max(k - 1, begin));
    levels.power_db[levels.n] = Decibels((now.power + last.power) / 2);
    levels.high_db[levels.n] = Decibels((now.high_power + last.high_power) / 2);
    ++levels.n;
  }
  levels.top_db = Percentile(std::span(levels.power_db).first(levels.n), 0.95);
  return levels;
}

SpeechGate::Pitches SpeechGate::MeasurePitches(std::int64_t begin, const Levels& levels) const {
  constexpr int kStep = 3;
  int n_periodic = 0;  // neighbouring frames that are periodic
  float n = 0;
  Pitches pitches;
  for (std::size_t i = 0; i < levels.n; ++i) {
    const std::int64_t k = begin + static_cast<std::int64_t>(i);
    const bool periodic =
        frame(k).voicing.harmonicity > kHarmonic && levels.power_db[i] > levels.top_db - kActive_db;
    n_periodic = periodic ? n_periodic + 1 : 0;
    if (n_periodic <= kStep) continue;
    const float change = std::abs(frame(k).voicing.pitch_oct - frame(k - kStep).voicing.pitch_oct);
    ++n;
    if (change > 0.01F && change < 0.15F) ++pitches.glide;
    if (change < 0.005F) ++pitches.steady;
  }
  pitches.glide /= std::max(n, kFewPitches);
  pitches.steady /= std::max(n, kFewPitches);
  return pitches;
}

SpeechGate::Judgement SpeechGate::Judge(std::int64_t centre, std::int64_t half_window) const {
  const std::int64_t begin = std::max<std::int64_t>(centre - half_window, 0);
  const std::int64_t end = std::min(centre + half_window, n_frames_);
  assert(begin < end && half_window <= kHalfWindow);
  const Levels levels = MeasureLevels(begin, end);
  const auto power_db = std::span(levels.power_db).first(levels.n);
  const auto high_db = std::span(levels.high_db).first(levels.n);
  const Pitches pitches = MeasurePitches(begin, levels);
  const float colour = Colour(power_db, high_db, levels.top_db - kActive_db);
  const float depth = Depth(power_db);
  const float movement = Movement(power_db, levels.top_db - 40);
  Judgement judgement;
  judgement.score = 5 * pitches.glide - 5 * pitches.steady + 0.8F * std::min(colour, 8.0F) +
                    6 * std::min(depth, 1.2F) + 0.5F * std::min(movement, 8.0F) - 7.5F;
  judgement.power_threshold = SoundThreshold(power_db);
  judgement.high_power_threshold = SoundThreshold(high_db);
  return judgement;
}

}  // namespace tidemark::analysis
