#include "analysis/bar_decoder.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace tidemark::analysis {
namespace {

// Log-probabilities of what a beat may be followed by.
constexpr float kOn = 0;           // the next beat of the bar, or the next bar
constexpr float kOtherMeter = -7;  // a bar of another meter
constexpr float kBrokenBar = -9;   // a downbeat before its time
// A meter's own probability, per bar: most music has bars of four or three.
constexpr std::array<float, 8> kPrior = {0, 0, -2.5F, -1, 0, -3, -2.5F, -3};
constexpr float kLeast = 0.02F;
constexpr float kMost = 0.95F;

// Means over about so many beats, and those ahead, tell whether downbeats stand out.
constexpr double kMemoryBeats = 24;
constexpr double kLeastContrast = 0.1;

std::size_t FirstState(int meter) {
  return static_cast<std::size_t>((meter - 1) * meter / 2 - 1);  // 2 + ... + (meter - 1)
}

}  // namespace

BarDecoder::Place BarDecoder::PlaceOf(std::size_t state) {
  int meter = kShortestMeter;
  while (meter < kLongestMeter && state >= FirstState(meter + 1)) ++meter;
  return {.position = static_cast<int>(state - FirstState(meter)) + 1, .meter = meter};
}

BarDecoder::Scores BarDecoder::Step(const Scores& before, float downbeat, Origins* origins) {
  const float p = std::clamp(downbeat, kLeast, kMost);
  const float if_downbeat = std::log(p);
  const float if_other = std::log(1 - p);
  const auto best_before =
      static_cast<std::size_t>(std::ranges::max_element(before) - before.begin());
  // The best way to the end of any bar.
  std::size_t best_end = FirstState(kShortestMeter + 1) - 1;
  for (int meter = kShortestMeter; meter <= kLongestMeter; ++meter) {
    const std::size_t end = FirstState(meter + 1) - 1;
    if (before[end] > before[best_end]) best_end = end;
  }
  Scores after{};
  for (std::size_t state = 0; state < kStates; ++state) {
    const Place place = PlaceOf(state);
    std::size_t from = state - 1;
    float score = 0;
    if (place.position == 1) {
      from = FirstState(place.meter + 1) - 1;
      score = before[from] + kOn;
      if (before[best_end] + kOtherMeter > score) score = before[from = best_end] + kOtherMeter;
      if (before[best_before] + kBrokenBar > score) score = before[from = best_before] + kBrokenBar;
      score += kPrior[static_cast<std::size_t>(place.meter)] * 0.1F + if_downbeat;
    } else {
      score = before[from] + kOn + if_other;
    }
    after[state] = score;
    if (origins != nullptr) (*origins)[state] = static_cast<std::uint8_t>(from);
  }
  const float largest = *std::ranges::max_element(after);
  for (float& score : after) score -= largest;
  return after;
}

std::optional<BarDecoder::Place> BarDecoder::Next(std::span<const float> downbeats) {
  assert(!downbeats.empty() && downbeats.size() <= kMaxAhead + 1);
  if (!started_) {
    for (std::size_t state = 0; state < kStates; ++state) {
      scores_[state] = kPrior[static_cast<std::size_t>(PlaceOf(state).meter)];
    }
    started_ = true;
  }
  std::array<Origins, kMaxAhead + 1> origins{};
  const Scores now = Step(scores_, downbeats[0], nullptr);
  Scores ahead = now;
  for (std::size_t i = 1; i < downbeats.size(); ++i) ahead = Step(ahead, downbeats[i], &origins[i]);
  auto state = static_cast<std::size_t>(std::ranges::max_element(ahead) - ahead.begin());
  Means means = means_;
  for (std::size_t i = downbeats.size() - 1; i > 0; --i) {
    means.Add(downbeats[i], PlaceOf(state).position == 1);
    state = origins[i][state];
  }
  scores_ = now;
  const Place place = PlaceOf(state);
  means.Add(downbeats[0], place.position == 1);
  means_.Decay();
  means_.Add(downbeats[0], place.position == 1);
  ++n_beats_;
  if (means.Contrast() < kLeastContrast) return std::nullopt;
  ++n_of_meter_[static_cast<std::size_t>(place.meter)];
  return place;
}

void BarDecoder::Means::Add(float downbeat, bool is_downbeat) {
  n += 1;
  sum += static_cast<double>(downbeat);
  if (!is_downbeat) return;
  n_downbeats += 1;
  sum_downbeats += static_cast<double>(downbeat);
}

void BarDecoder::Means::Decay() {
  for (double* value : {&n, &sum, &n_downbeats, &sum_downbeats}) *value *= 1 - 1 / kMemoryBeats;
}

double BarDecoder::Means::Contrast() const {
  return n_downbeats > 0 ? sum_downbeats / n_downbeats - sum / n : 0;
}

std::optional<int> BarDecoder::meter() const {
  const auto most = std::ranges::max_element(n_of_meter_);
  if (n_beats_ == 0 || *most * 2 < n_beats_) return std::nullopt;
  return static_cast<int>(most - n_of_meter_.begin());
}

void BarDecoder::Reset() {
  started_ = false;
  means_ = {};
}

}  // namespace tidemark::analysis
