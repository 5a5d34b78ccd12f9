#include "analysis/dominant_frequency.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "analysis/note_name.h"
#include "dsp/window.h"

namespace tidemark::analysis {
namespace {

// -120 dBFS: under it lie the rounding of float transforms and dither.
constexpr double kSilence = 1e-12;
// Main lobe of the Hann window, one side, in bins of its own length.
constexpr double kLobeBins = 2;
// How many bins on each side, beyond the lobe, tell the noise.
constexpr std::size_t kNoiseBins = 10;
// A measured frequency may lie this part outside the wanted range: 20 Hz +- noise is 20 Hz.
constexpr double kEdgeTolerance = 5e-4;
// Share of the lobe's power that must advance in step before its phase is believed.
constexpr double kMinCoherence = 0.25;
// How many bins on each side of a line refine its place, how far it may move, when it stays.
constexpr double kReach = 4;
constexpr double kMaxMoveBins = 0.6;
constexpr int kSteps = 60;
constexpr double kSettledBins = 1e-6;

std::size_t LobeWidth(const LineSums& sums) {
  return static_cast<std::size_t>(std::ceil(kLobeBins / sums.spacing));
}

// The median of the powers just outside the lobe around element i.
double NoiseAround(const LineSums& sums, std::size_t i) {
  const std::size_t lobe = LobeWidth(sums);
  std::array<double, 2 * kNoiseBins> around{};
  std::size_t n = 0;
  for (std::size_t j = lobe + 1; j <= lobe + kNoiseBins; ++j) {
    if (i >= j) around[n++] = sums.power[i - j];
    if (i + j < sums.power.size()) around[n++] = sums.power[i + j];
  }
  if (n == 0) return 0;
  const auto middle = around.begin() + static_cast<std::ptrdiff_t>(n / 2);
  std::nth_element(around.begin(), middle, around.begin() + static_cast<std::ptrdiff_t>(n));
  return *middle;
}

struct Peak {
  double bin = 0;  // of the transform, with fraction
  double amplitude_squared = 0;
};

Peak Interpolate(const LineSums& sums, std::size_t i) {
  const double noise = NoiseAround(sums, i);
  const auto magnitude = [&](std::size_t j) {
    return std::sqrt(std::max(sums.power[j] - noise, 0.0));
  };
  const double centre = magnitude(i);
  const double offset =
      dsp::HannToneOffset(magnitude(i - 1), centre, magnitude(i + 1), sums.spacing);
  const double amplitude = centre / dsp::HannLobe(offset);
  return {.bin = static_cast<double>(sums.first_bin + i) + offset / sums.spacing,
          .amplitude_squared = amplitude * amplitude / sums.total_weight};
}

// The bins around a place, weighted by distance, symmetric about it.
struct Surroundings {
  double moment = 0;  // sum of weight * power * (bin - place)
  double power = 0;
  std::complex<double> product;
};

Surroundings Around(const LineSums& sums, double place, double noise) {
  const double centre = place - static_cast<double>(sums.first_bin);
  const auto end = static_cast<double>(sums.power.size() - 1);
  const auto first = static_cast<std::size_t>(std::clamp(std::ceil(centre - kReach), 0.0, end));
  const auto last = static_cast<std::size_t>(std::clamp(centre + kReach, 0.0, end));
  Surroundings around;
  for (std::size_t j = first; j <= last; ++j) {
    const double distance = static_cast<double>(j) - centre;
    const double weight = dsp::HannLobe(2 * distance / kReach);
    const double power = weight * std::max(sums.power[j] - noise, 0.0);
    around.moment += power * distance;
    around.power += power;
    if (!sums.products.empty()) around.product += weight * sums.products[j];
  }
  return around;
}

// A tone whose loudness changes (a gate, a fade) has a spectrum broader than the window's, but
// symmetric about its frequency. Two estimates use that alone, each centred on itself until it
// stays: the centroid of the power, and, far better in noise, the phase of the products' sum:
// products at equal distances above and below are conjugates but for the tone's advance per hop.
double Centroid(const LineSums& sums, double start, double noise) {
  double place = start;
  for (int i = 0; i < kSteps; ++i) {
    const Surroundings around = Around(sums, place, noise);
    if (!(around.power > 0)) return start;
    const double step = around.moment / around.power;
    place += step;
    if (std::abs(place - start) > kMaxMoveBins) return start;
    if (std::abs(step) < kSettledBins) break;
  }
  return place;
}

std::optional<double> PhasePlace(const LineSums& sums, double start, double noise) {
  const double bins_per_turn = 1 / (sums.hop_s * sums.bin_hz);
  double place = start;
  for (int i = 0; i < kSteps; ++i) {
    const Surroundings around = Around(sums, place, noise);
    if (std::abs(around.product) < kMinCoherence * around.power) return std::nullopt;
    const double turns = std::arg(around.product) / (2 * std::numbers::pi);
    const double next = bins_per_turn * (turns + std::round(place / bins_per_turn - turns));
    if (std::abs(next - start) > kMaxMoveBins) return std::nullopt;
    const double step = next - place;
    place = next;
    if (std::abs(step) < kSettledBins) break;
  }
  return place;
}

// The place of the line, in bins, from `start`, which three bins gave.
double Refine(const LineSums& sums, std::size_t i, double start) {
  if (sums.products.empty() || sums.spacing != 1) return start;
  const double noise = NoiseAround(sums, i);
  const double centroid = Centroid(sums, start, noise);
  return PhasePlace(sums, centroid, noise).value_or(centroid);
}

}  // namespace

std::optional<Line> StrongestLine(const LineSums& sums, double lowest_hz, double highest_hz) {
  if (sums.power.size() < 3 || !(sums.total_weight > 0)) return std::nullopt;
  const double dc_edge = 3 / sums.spacing;
  std::optional<Line> strongest;
  for (std::size_t i = 1; i + 1 < sums.power.size(); ++i) {
    const double power = sums.power[i];
    if (static_cast<double>(sums.first_bin + i) < dc_edge) continue;
    if (power < sums.power[i - 1] || power <= sums.power[i + 1]) continue;
    const Peak peak = Interpolate(sums, i);
    if (peak.amplitude_squared < kSilence) continue;
    if (strongest && peak.amplitude_squared <= strongest->amplitude_squared) continue;
    const double hz = Refine(sums, i, peak.bin) * sums.bin_hz;
    if (hz < lowest_hz * (1 - kEdgeTolerance) || hz > highest_hz * (1 + kEdgeTolerance)) continue;
    strongest = Line{.hz = hz, .amplitude_squared = peak.amplitude_squared};
  }
  return strongest;
}

DominantResult DescribeLine(const Line& line) {
  const NotePitch note = NearestNote(line.hz);
  return {.hz = line.hz,
          .level_dbfs = 10 * std::log10(line.amplitude_squared),
          .note = note.text(),
          .cents = note.cents};
}

}  // namespace tidemark::analysis
