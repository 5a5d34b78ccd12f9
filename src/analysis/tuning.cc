#include "analysis/tuning.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "analysis/note_name.h"
#include "dsp/stft_kernels.h"
#include "dsp/window.h"

namespace tidemark::analysis {
namespace {

constexpr double kSemitone = 100;
constexpr std::size_t kCellsPerCent = 4;
constexpr std::size_t kCells = kCellsPerCent * 100;

// A peak stands this far over the magnitudes around it: noise, Rayleigh distributed, never does.
constexpr float kProminence = 6;
constexpr std::size_t kAround = 12;
// And is no weaker than this beside the frame's strongest bin, and than -100 dBFS.
constexpr float kMinRelative = 1e-3F;
constexpr float kMinMagnitude = 1e-5F;
// (left^2 + right^2) / centre^2 of a steady tone is 0.5 (on a bin) to 1.11 (between two).
constexpr float kNarrowestLobe = 0.3F;
constexpr float kWidestLobe = 1.2F;
// The first bins are left out: an offset is no sound.
constexpr std::size_t kDcBins = 3;
// A peak is an overtone where a note at hz / 3 or 5 has at least this part of its magnitude. The
// fifth partial lies 14 cents under the tempered note: of instruments with strong odd partials
// (clarinets) it would pull the mean down by 6 cents.
constexpr std::array<double, 2> kOvertones = {3, 5};
constexpr float kOvertoneShare = 0.5F;

// Notes above weigh less and less: their place is spoilt by partials of stiff strings and bars,
// which are sharp, and by instruments stretched beyond their range.
constexpr double kRollOffHz = 700;
// Tukey's biweight gives no weight to what is further than this from the mean.
constexpr double kReachCents = 20;
// Peaks of one note in successive frames and its partials err together: how many count as one.
constexpr double kPeaksPerNote = 50;
// What instruments are off by themselves: sampled ones, measured on renders of known pitch.
constexpr double kInstrumentCents = 1.0;
// Above this a result says hardly more than chance (the deviation of a uniform place is 28.9).
constexpr double kMaxUncertaintyCents = 20;
// References this close, whole semitones aside, cannot be told apart.
constexpr double kSameCents = 3;

// `cents` moved by whole semitones into [-50, 50).
double Fold(double cents) { return cents - kSemitone * std::floor(cents / kSemitone + 0.5); }

double CellCents(std::size_t cell) {
  return static_cast<double>(cell) / static_cast<double>(kCellsPerCent);
}

}  // namespace

std::size_t TuningEstimator::PlanBytes(std::size_t n_bins) {
  return 2 * memory::ArenaBytes<float>(n_bins) + memory::ArenaBytes<double>(kCells);
}

TuningEstimator::TuningEstimator(std::size_t n_bins, double bin_hz, memory::Arena& arena)
    : bin_hz_(bin_hz),
      magnitude_(arena.Take<float>(n_bins)),
      root_(arena.Take<float>(n_bins)),
      histogram_(arena.Take<double>(kCells)) {}

void TuningEstimator::AddFrame(std::span<const float> power, double spacing) {
  const std::size_t n = std::min(power.size(), magnitude_.size());
  if (n <= 2 * kAround + kDcBins) return;
  const float largest = dsp::Magnitudes(power.data() + kDcBins, n - kDcBins,
                                        magnitude_.data() + kDcBins, root_.data() + kDcBins);
  const float threshold = std::max(kMinMagnitude, kMinRelative * largest);
  const auto lowest = std::max(static_cast<std::size_t>(kLowestHz / bin_hz_), kAround);
  const auto highest = std::min(static_cast<std::size_t>(kHighestHz / bin_hz_), n - kAround - 1);
  for (std::size_t k = lowest; k < highest; ++k) {
    const float centre = magnitude_[k];
    if (centre < threshold) continue;
    const float left = magnitude_[k - 1];
    const float right = magnitude_[k + 1];
    if (centre <= left || centre < right) continue;
    const float lobe = (left * left + right * right) / (centre * centre);
    if (spacing == 1 && (lobe < kNarrowestLobe || lobe > kWidestLobe)) continue;
    constexpr std::size_t kWidth = 2 * kAround + 1;
    const float around = dsp::Sum(root_.data() + k - kAround, kWidth) / kWidth;
    if (centre < kProminence * around * around) continue;
    if (IsOvertone(k, centre)) continue;
    const double offset =
        dsp::HannToneOffset(static_cast<double>(left), static_cast<double>(centre),
                            static_cast<double>(right), spacing);
    const double magnitude = static_cast<double>(centre) / dsp::HannLobe(offset);
    const double hz = (static_cast<double>(k) + offset / spacing) * bin_hz_;
    AddPeak(hz, std::sqrt(magnitude) / (1 + std::pow(hz / kRollOffHz, 8)));
  }
}

bool TuningEstimator::IsOvertone(std::size_t bin, float magnitude) const {
  for (const double order : kOvertones) {
    const double at = static_cast<double>(bin) / order;
    const auto below = static_cast<std::size_t>(at);
    if (below < 2) continue;
    if (std::max(magnitude_[below], magnitude_[below + 1]) > kOvertoneShare * magnitude) {
      return true;
    }
  }
  return false;
}

void TuningEstimator::AddPeak(double hz, double weight) {
  const double place = Fold(CentsFromA440(hz)) + kSemitone / 2;
  const double cell = place * static_cast<double>(kCellsPerCent);
  const auto low = static_cast<std::size_t>(cell);
  const double part = cell - static_cast<double>(low);
  histogram_[low % kCells] += weight * (1 - part);
  histogram_[(low + 1) % kCells] += weight * part;
  sum_weight_ += weight;
  sum_weight_squared_ += weight * weight;
}

double TuningEstimator::RobustMean(double start_cents) const {
  double mean = start_cents;
  for (int i = 0; i < 20; ++i) {
    double sum = 0;
    double weight = 0;
    for (std::size_t cell = 0; cell < kCells; ++cell) {
      const double distance = Fold(CellCents(cell) - kSemitone / 2 - mean);
      const double share = std::max(0.0, 1 - std::pow(distance / kReachCents, 2));
      sum += histogram_[cell] * share * share * distance;
      weight += histogram_[cell] * share * share;
    }
    if (!(weight > 0)) break;
    mean += sum / weight;
  }
  return Fold(mean);
}

std::optional<TuningResult> TuningEstimator::Result(std::span<const double> references_hz) const {
  if (!(sum_weight_ > 0)) return std::nullopt;
  std::complex<double> resultant = 0;
  for (std::size_t cell = 0; cell < kCells; ++cell) {
    const double angle = 2 * std::numbers::pi * (CellCents(cell) - kSemitone / 2) / kSemitone;
    resultant += histogram_[cell] * std::polar(1.0, angle);
  }
  // The circular standard deviation (Mardia and Jupp, Directional Statistics, 2.3.11).
  const double length = std::min(std::abs(resultant) / sum_weight_, 1 - 1e-12);
  const double deviation =
      kSemitone / (2 * std::numbers::pi) * std::sqrt(-2 * std::log(std::max(length, 1e-12)));
  const double n_peaks = sum_weight_ * sum_weight_ / sum_weight_squared_;
  const double n_notes = std::max(n_peaks / kPeaksPerNote, 1.0);
  TuningResult result;
  result.uncertainty_cents = std::hypot(deviation / std::sqrt(n_notes), kInstrumentCents);
  if (result.uncertainty_cents > kMaxUncertaintyCents) return std::nullopt;
  const double start = std::arg(resultant) / (2 * std::numbers::pi) * kSemitone;
  result.cents = RobustMean(start);
  result.a4_hz = 440 * std::exp2(result.cents / 1200);
  result.verdict = JudgeTuning(result.cents, references_hz);
  return result;
}

TuningVerdict JudgeTuning(double cents, std::span<const double> references_hz) {
  const auto distance = [&](double hz) { return std::abs(Fold(cents - CentsFromA440(hz))); };
  double nearest = kSemitone;
  for (const double hz : references_hz) nearest = std::min(nearest, distance(hz));
  TuningVerdict verdict;
  double least = 0;
  for (const double hz : references_hz) {
    if (distance(hz) > nearest + kSameCents) continue;
    const double whole = std::abs(cents - CentsFromA440(hz));
    if (verdict.reference_hz > 0 && whole >= least) continue;
    verdict.reference_hz = hz;
    least = whole;
  }
  const double chosen = CentsFromA440(verdict.reference_hz);
  verdict.distance_cents = Fold(cents - chosen);
  for (const double hz : references_hz) {
    const double apart = CentsFromA440(hz) - chosen;
    if (std::abs(apart) > kSemitone / 2 && std::abs(Fold(apart)) <= kSameCents) {
      verdict.also_hz = hz;
    }
  }
  return verdict;
}

std::string TuningText(const TuningResult& result) {
  const TuningVerdict& verdict = result.verdict;
  std::string text = fmt::format("A4 = {:g} Hz", verdict.reference_hz);
  if (verdict.also_hz) {
    const double semitones =
        std::round((CentsFromA440(*verdict.also_hz) - CentsFromA440(verdict.reference_hz)) / 100);
    const double count = std::abs(semitones);
    text += fmt::format(" (or {:g} Hz, {} {}: the two cannot be told apart)", *verdict.also_hz,
                        count == 1 ? "a semitone" : fmt::format("{:g} semitones", count),
                        semitones < 0 ? "lower" : "higher");
  }
  if (std::abs(verdict.distance_cents) < 0.05) return text + ", exactly";
  return text + fmt::format(", {:.1f} cents {}", std::abs(verdict.distance_cents),
                            verdict.distance_cents < 0 ? "flat" : "sharp");
}

}  // namespace tidemark::analysis
