#include "analysis/tempo_meter.h"

#include <algorithm>
#include <cmath>

#include "analysis/tempo_meter_kernels.h"

namespace tidemark::analysis {
namespace {

constexpr double kSameTempo = 0.08;  // a beat within this of the tempo keeps it
constexpr double kOtherTempo = 0.12;
constexpr double kOffFrame = 0.1;
constexpr float kFaint = 0.01F;  // likelihoods below it are not worth the sums

std::size_t NumLags(int frames_per_second) {
  return static_cast<std::size_t>(60 * frames_per_second / TempoMeter::kLowestBpm) + 2;
}

}  // namespace

std::size_t TempoMeter::PlanBytes(int frames_per_second) {
  const std::size_t n = NumLags(frames_per_second);
  return memory::ArenaBytes<float>(2 * n) + memory::ArenaBytes<double>(n);
}

TempoMeter::TempoMeter(int frames_per_second, memory::Arena& arena)
    : frames_per_second_(frames_per_second),
      recent_(arena.Take<float>(2 * NumLags(frames_per_second))),
      similarity_(arena.Take<double>(NumLags(frames_per_second))),
      n_lags_(NumLags(frames_per_second)) {}

double TempoMeter::BinBpm(double bin) { return kLowestBpm * std::exp2(bin / kBinsPerOctave); }

// The window that starts at at_ holds the newest likelihood first.
void TempoMeter::AddFrame(float likelihood) {
  at_ = at_ == 0 ? n_lags_ - 1 : at_ - 1;
  recent_[at_] = recent_[at_ + n_lags_] = likelihood;
  if (likelihood >= kFaint) AddWeighted(&recent_[at_], n_lags_, likelihood, similarity_.data());
}

void TempoMeter::AddBeat(double bpm, double strength) {
  const double bin =
      kBinsPerOctave * std::log2(std::clamp(bpm, kLowestBpm, kHighestBpm) / kLowestBpm);
  ++n_beats_at_[std::min(static_cast<std::size_t>(std::lround(bin)), kBins - 1)];
  ++n_beats_;
  strength_sum_ += strength;
}

void TempoMeter::Gap() { std::ranges::fill(recent_, 0.0F); }

// The median's bin, and the mean of what lies within the tempo's spread around it.
double TempoMeter::MedianBpm() const {
  std::int64_t n_below = 0;
  std::size_t bin = 0;
  while (bin + 1 < kBins && 2 * (n_below + n_beats_at_[bin]) < n_beats_)
    n_below += n_beats_at_[bin++];
  constexpr std::size_t kAround = 6;
  double sum = 0;
  double n = 0;
  for (std::size_t i = bin < kAround ? 0 : bin - kAround; i < std::min(bin + kAround + 1, kBins);
       ++i) {
    n += n_beats_at_[i];
    sum += static_cast<double>(i) * n_beats_at_[i];
  }
  return BinBpm(n > 0 ? sum / n : static_cast<double>(bin));
}

// Of the lag of one beat, between lags.
double TempoMeter::Periodicity(double bpm) const {
  const double lag = 60 * frames_per_second_ / bpm;
  const auto below = static_cast<std::size_t>(lag);
  if (below + 1 >= n_lags_ || similarity_[0] <= 0) return 0;
  const double part = lag - static_cast<double>(below);
  // A beat may be a frame early or late, the less likely the farther.
  const double at = std::max({(1 - kOffFrame * part) * similarity_[below],
                              (1 - kOffFrame * (1 - part)) * similarity_[below + 1],
                              (1 - part) * similarity_[below] + part * similarity_[below + 1]});
  return at / similarity_[0];
}

std::optional<TempoResult> TempoMeter::Result(double bpm_min, double bpm_max) const {
  if (n_beats_ == 0) return std::nullopt;
  TempoResult result;
  result.bpm = MedianBpm();
  double n_same = 0;
  for (std::size_t i = 0; i < kBins; ++i) {
    const double ratio = BinBpm(static_cast<double>(i)) / result.bpm;
    if (std::abs(ratio - 1) <= kSameTempo) n_same += n_beats_at_[i];
  }
  const auto n = static_cast<double>(n_beats_);
  result.confidence = std::clamp(strength_sum_ / n * n_same / n, 0.0, 1.0);
  const double own = Periodicity(result.bpm);
  double best = 0;
  for (std::size_t i = 0; i < kBins; ++i) {
    const double bpm = BinBpm(static_cast<double>(i));
    if (bpm < bpm_min || bpm > bpm_max) continue;
    if (std::abs(std::log2(bpm / result.bpm)) < std::log2(1 + kOtherTempo)) continue;
    const double periodicity = Periodicity(bpm);
    if (periodicity <= best) continue;
    best = periodicity;
    result.runner_up_bpm = bpm;
  }
  if (best > 0 && own > 0) {
    result.runner_up_confidence = result.confidence * std::min(1.0, best / own);
  } else {
    result.runner_up_bpm.reset();
  }
  return result;
}

}  // namespace tidemark::analysis
