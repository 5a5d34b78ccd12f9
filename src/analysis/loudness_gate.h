// The gates of programme loudness (ITU-R BS.1770-4) and loudness range (EBU Tech 3342), over
// histograms of fixed size: what a block's power is, is known to 0.01 LU; the sums are exact, so
// integrated loudness is exact but for the blocks that share a bin with the relative gate.
// Owned by LoudnessAnalyzer; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "memory/arena.h"

namespace tidemark::analysis {

// -0.691 + 10 log10(power): BS.1770-4 (2). Power is the weighted mean square of all channels.
double LoudnessOfPower(double power);
double PowerOfLoudness(double lufs);

// Counts of powers of -70 LUFS and more in bins of 0.01 LU; the last bin takes all from +30 up.
class LoudnessHistogram {
 public:
  static std::size_t PlanBytes();
  explicit LoudnessHistogram(memory::Arena& arena);

  void Add(double power);
  [[nodiscard]] std::uint64_t total() const { return total_; }
  // Mean power of all that was added; 0 for none.
  [[nodiscard]] double mean_power() const;
  // The first bin whose blocks, on average, reach `power`.
  [[nodiscard]] std::size_t FirstBinFrom(double power) const;
  // Mean power of the bins from `first` on; 0 for none.
  [[nodiscard]] double MeanPowerFrom(std::size_t first) const;
  // Loudness of the block with number round((n - 1) * fraction) of the n in the bins from `first`
  // on, in rising order. REQUIRES: n > 0.
  [[nodiscard]] double Percentile(std::size_t first, double fraction) const;

 private:
  std::span<double> power_sums_;
  std::span<std::uint32_t> counts_;
  std::uint64_t total_ = 0;
  double sum_ = 0;
};

// Integrated loudness of 400 ms blocks: mean power of those above -70 LUFS and above 10 LU under
// the mean of these. nullopt where none is.
std::optional<double> IntegratedLoudness(const LoudnessHistogram& blocks);

// Loudness range of 3 s blocks: from the 10th to the 95th percentile of those above -70 LUFS and
// above 20 LU under the mean of these. nullopt where none is.
std::optional<double> LoudnessRange(const LoudnessHistogram& blocks);

}  // namespace tidemark::analysis
