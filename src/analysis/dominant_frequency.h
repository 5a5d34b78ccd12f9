// The dominant frequency: the strongest steady line of power spectra summed over a whole file.
// Pure functions over sums that SpectralAnalyzer keeps; any thread.
#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace tidemark::analysis {

struct DominantResult {
  double hz = 0;
  double level_dbfs = 0;  // of that tone alone, mean over the file; full-scale sine = 0
  std::string note;       // nearest note where A4 = 440 Hz: "A4"
  double cents = 0;       // from that note, in [-50, 50)
};

// Hann spectra of one stretch of frequencies, summed over the frames of a file.
struct LineSums {
  // Squared tone amplitude, weighted; element i belongs to bin first_bin + i of the transform.
  std::span<const double> power;
  double total_weight = 0;
  std::size_t first_bin = 0;
  double bin_hz = 0;
  // Distance of bins in units of 1 / window length; less than 1 where zeros were appended.
  double spacing = 1;
  // sum of X_t[k] conj(X_t-1[k]), scaled like `power`, for frames hop_s apart; or empty.
  std::span<const std::complex<double>> products;
  double hop_s = 0;
};

struct Line {
  double hz = 0;
  double amplitude_squared = 0;  // mean over the file, above the noise around it
};

// The strongest line of lowest_hz <= hz <= highest_hz; nullopt where no bin stands above its
// surroundings or the strongest is under -120 dBFS. DC and what is within three window bins of it
// are never a line.
//
// The place between bins comes from the magnitudes, less the noise around, and where products are
// given is then refined by the centroid of the power and by the phase advance per hop (the phase
// vocoder's frequency, power-weighted: noise and other notes cancel in the sum over time).
std::optional<Line> StrongestLine(const LineSums& sums, double lowest_hz, double highest_hz);

// The result for a line.
DominantResult DescribeLine(const Line& line);

}  // namespace tidemark::analysis
