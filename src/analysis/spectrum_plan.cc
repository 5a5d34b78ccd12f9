#include "analysis/spectrum_plan.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "dsp/half_band.h"

namespace tidemark::analysis {
namespace {

constexpr double kHighestBaseRateHz = 10'000;
// Long enough to part the semitones from 100 Hz on (the Hann lobe is 4 / T wide), short enough to
// follow notes; on rendered music 0.55 and 1.1 s give the same tuning error within 0.2 cent.
constexpr double kBaseFrameSeconds = 0.75;
constexpr std::array<std::size_t, 4> kBaseFrames = {3072, 4096, 6144, 8192};

}  // namespace

double SpectrumPlan::base_highest_hz() const {
  return base_rate_hz() * (n_upper == 0 ? 0.5 : dsp::HalfBand::kPassOfOutput);
}

SpectrumPlan PlanSpectrum(int sample_rate_hz) {
  SpectrumPlan plan{.rate_hz = static_cast<double>(sample_rate_hz)};
  while (plan.base_rate_hz() > kHighestBaseRateHz) ++plan.n_upper;
  const double wanted = kBaseFrameSeconds * plan.base_rate_hz();
  plan.base_frame = *std::ranges::min_element(kBaseFrames, {}, [wanted](std::size_t n) {
    return std::abs(std::log(static_cast<double>(n) / wanted));
  });
  // A few bins more than are searched: their neighbours tell the noise.
  constexpr std::size_t kMargin = 24;
  plan.n_base_bins =
      std::min(static_cast<std::size_t>(plan.base_highest_hz() / plan.base_bin_hz()) + kMargin,
               plan.base_frame / 2 + 1);
  return plan;
}

}  // namespace tidemark::analysis
