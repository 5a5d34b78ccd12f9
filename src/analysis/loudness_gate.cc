#include "analysis/loudness_gate.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace tidemark::analysis {
namespace {

constexpr double kLowestLufs = -70.0;
constexpr double kHighestLufs = 30.0;
constexpr double kBinsPerLu = 100.0;
constexpr std::size_t kBins = static_cast<std::size_t>((kHighestLufs - kLowestLufs) * kBinsPerLu);
constexpr double kOffsetDb = -0.691;

std::size_t BinOf(double lufs) {
  const double bin = std::floor((lufs - kLowestLufs) * kBinsPerLu);
  return static_cast<std::size_t>(std::clamp(bin, 0.0, static_cast<double>(kBins - 1)));
}

}  // namespace

double LoudnessOfPower(double power) { return kOffsetDb + 10.0 * std::log10(power); }
double PowerOfLoudness(double lufs) { return std::pow(10.0, (lufs - kOffsetDb) / 10.0); }

std::size_t LoudnessHistogram::PlanBytes() {
  return memory::ArenaBytes<double>(kBins) + memory::ArenaBytes<std::uint32_t>(kBins);
}

LoudnessHistogram::LoudnessHistogram(memory::Arena& arena)
    : power_sums_(arena.Take<double>(kBins)), counts_(arena.Take<std::uint32_t>(kBins)) {}

void LoudnessHistogram::Add(double power) {
  static const double kGatePower = PowerOfLoudness(kLowestLufs);
  if (power < kGatePower) return;
  const std::size_t bin = BinOf(LoudnessOfPower(power));
  power_sums_[bin] += power;
  ++counts_[bin];
  ++total_;
  sum_ += power;
}

double LoudnessHistogram::mean_power() const {
  return total_ == 0 ? 0.0 : sum_ / static_cast<double>(total_);
}

std::size_t LoudnessHistogram::FirstBinFrom(double power) const {
  const std::size_t bin = BinOf(LoudnessOfPower(power));
  const bool reaches = power_sums_[bin] >= power * counts_[bin];
  return reaches ? bin : std::min(bin + 1, kBins - 1);
}

double LoudnessHistogram::MeanPowerFrom(std::size_t first) const {
  double sum = 0;
  std::uint64_t count = 0;
  for (std::size_t bin = first; bin < kBins; ++bin) {
    sum += power_sums_[bin];
    count += counts_[bin];
  }
  return count == 0 ? 0.0 : sum / static_cast<double>(count);
}

double LoudnessHistogram::Percentile(std::size_t first, double fraction) const {
  std::uint64_t count = 0;
  for (std::size_t bin = first; bin < kBins; ++bin) count += counts_[bin];
  assert(count > 0);
  const auto rank =
      static_cast<std::uint64_t>(std::llround(fraction * static_cast<double>(count - 1)));
  std::uint64_t below = 0;
  for (std::size_t bin = first; bin < kBins; ++bin) {
    below += counts_[bin];
    if (below > rank) return LoudnessOfPower(power_sums_[bin] / counts_[bin]);
  }
  return kHighestLufs;
}

std::optional<double> IntegratedLoudness(const LoudnessHistogram& blocks) {
  if (blocks.total() == 0) return std::nullopt;
  const double gate = blocks.mean_power() * 0.1;
  return LoudnessOfPower(blocks.MeanPowerFrom(blocks.FirstBinFrom(gate)));
}

std::optional<double> LoudnessRange(const LoudnessHistogram& blocks) {
  if (blocks.total() == 0) return std::nullopt;
  const std::size_t first = blocks.FirstBinFrom(blocks.mean_power() * 0.01);
  return blocks.Percentile(first, 0.95) - blocks.Percentile(first, 0.10);
}

}  // namespace tidemark::analysis
