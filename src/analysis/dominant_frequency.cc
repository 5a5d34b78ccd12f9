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

// The frequency nearest to `hz` that advances by the phase of the lobe's products per hop.
double RefineByPhase(const LineSums& sums, std::size_t i, double hz) {
  const std::size_t lobe = LobeWidth(sums);
  if (sums.products.empty() || sums.spacing != 1 || i < lobe || i + lobe >= sums.power.size()) {
    return hz;
  }
  std::complex<double> product = 0;
  double power = 0;
  for (std::size_t j = i - lobe; j <= i + lobe; ++j) {
    product += sums.products[j];
    power += sums.power[j];
  }
  if (std::abs(product) < kMinCoherence * power) return hz;
  const double turns = std::arg(product) / (2 * std::numbers::pi);
  const double refined = (turns + std::round(hz * sums.hop_s - turns)) / sums.hop_s;
  return std::abs(refined - hz) < 0.5 * sums.bin_hz ? refined : hz;
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
    const double hz = RefineByPhase(sums, i, peak.bin * sums.bin_hz);
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
