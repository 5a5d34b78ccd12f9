#include "analysis/spectrum.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/audio_block.h"
#include "dsp/window.h"

namespace tidemark::analysis {
namespace {

constexpr std::size_t kFrame = SpectrumPlan::kUpperFrame;

double HighestHz(const SpectralOptions& options, const StreamFormat& format) {
  const double nyquist_hz = 0.5 * format.sample_rate_hz;
  return options.fmax_hz > 0 ? std::min(options.fmax_hz, nyquist_hz) : nyquist_hz;
}

BaseBandParts BaseParts(const SpectralOptions& options) {
  return {.tuning = options.tuning, .dominant = options.dominant};
}

bool WantsUpper(const SpectralOptions& options, const StreamFormat& format,
                const SpectrumPlan& plan) {
  return options.dominant && plan.n_upper > 0 &&
         HighestHz(options, format) > plan.base_highest_hz();
}

std::size_t UpperBytes(const SpectrumPlan& plan) {
  std::size_t bytes = memory::ArenaBytes<float>(kFrame) + dsp::RealFft::PlanBytes(kFrame);
  for (std::size_t band = 0; band < plan.n_upper; ++band) {
    bytes += UpperBand::PlanBytes(plan, band);
  }
  return bytes;
}

Result<void> Check(const SpectralOptions& options) {
  if (!(options.fmin_hz >= 0) || !(options.fmax_hz >= 0)) {
    return Fail(ErrorCode::kUsage, "the frequency range must not be negative");
  }
  if (options.fmax_hz > 0 && options.fmax_hz <= options.fmin_hz) {
    return Fail(ErrorCode::kUsage, fmt::format("the highest frequency, {:g} Hz, is not above the "
                                               "lowest, {:g} Hz",
                                               options.fmax_hz, options.fmin_hz));
  }
  for (const double hz : options.references_hz) {
    if (!(hz >= 100 && hz <= 2000)) {
      return Fail(ErrorCode::kUsage,
                  fmt::format("a reference pitch of {:g} Hz is not in 100 to 2000 Hz", hz));
    }
  }
  return {};
}

}  // namespace

std::size_t SpectralAnalyzer::PlanBytes(const SpectralOptions& options,
                                        const StreamFormat& format) {
  const SpectrumPlan plan = PlanSpectrum(format.sample_rate_hz);
  const bool upper = WantsUpper(options, format, plan);
  std::size_t bytes = BaseBand::PlanBytes(BaseParts(options), plan) +
                      Downmix::PlanBytes(static_cast<std::size_t>(format.channels)) +
                      memory::ArenaBytes<float>(kBlockFrames);
  for (std::size_t stage = 0; stage < plan.n_upper; ++stage) {
    bytes += dsp::HalfBand::PlanBytes(kBlockFrames >> stage) +
             memory::ArenaBytes<float>(kBlockFrames >> (stage + 1));
  }
  return bytes + (upper ? UpperBytes(plan) : 0);
}

std::size_t SpectralAnalyzer::PlanAllowanceBytes(const SpectralOptions& options,
                                                 const StreamFormat& format) {
  const bool upper = WantsUpper(options, format, PlanSpectrum(format.sample_rate_hz));
  return dsp::RealFft::kLibraryAllowanceBytes + (upper ? 2 : 1) * dsp::RealFft::kPlanAllowanceBytes;
}

Result<std::unique_ptr<SpectralAnalyzer>> SpectralAnalyzer::Create(const SpectralOptions& options,
                                                                   const StreamFormat& format,
                                                                   memory::Arena& arena) {
  TM_TRY(Check(options));
  const SpectrumPlan plan = PlanSpectrum(format.sample_rate_hz);
  TM_TRY_ASSIGN(BaseBand base, BaseBand::Create(BaseParts(options), plan, arena));
  std::unique_ptr<SpectralAnalyzer> analyzer(
      new SpectralAnalyzer(options, format, std::move(base), arena));
  if (WantsUpper(options, format, plan)) {
    TM_TRY_ASSIGN(analyzer->upper_, CreateUpper(plan, arena));
  }
  return analyzer;
}

SpectralAnalyzer::SpectralAnalyzer(const SpectralOptions& options, const StreamFormat& format,
                                   BaseBand base, memory::Arena& arena)
    : options_(options),
      plan_(PlanSpectrum(format.sample_rate_hz)),
      base_(std::move(base)),
      downmix_(static_cast<std::size_t>(format.channels), arena) {
  options_.fmax_hz = HighestHz(options, format);
  options_.references_hz.insert(options_.references_hz.end(), kReferencesHz.begin(),
                                kReferencesHz.end());
  halves_.push_back(arena.Take<float>(kBlockFrames));
  for (std::size_t stage = 0; stage < plan_.n_upper; ++stage) {
    stages_.emplace_back(kBlockFrames >> stage, arena);
    halves_.push_back(arena.Take<float>(kBlockFrames >> (stage + 1)));
  }
}

Result<SpectralAnalyzer::UpperParts> SpectralAnalyzer::CreateUpper(const SpectrumPlan& plan,
                                                                   memory::Arena& arena) {
  const std::span<float> window = arena.Take<float>(kFrame);
  dsp::FillHann(window);
  TM_TRY_ASSIGN(dsp::RealFft fft, dsp::RealFft::Create(kFrame, arena));
  UpperParts parts{.fft = std::move(fft), .bands = {}};
  for (std::size_t band = 0; band < plan.n_upper; ++band) {
    parts.bands.emplace_back(plan, band, window, arena);
  }
  return parts;
}

void SpectralAnalyzer::Push(const AudioBlock& block) {
  assert(block.n_frames() <= kBlockFrames);
  downmix_.Mix(block, halves_[0].first(block.n_frames()));
  // All stages halve a whole number of samples; only a last, partial block loses some (at most
  // 0.2 ms).
  const std::size_t divisor = std::size_t{1} << stages_.size();
  const std::size_t n = block.n_frames() / divisor * divisor;
  for (std::size_t stage = 0; stage < stages_.size(); ++stage) {
    const std::span<const float> in = halves_[stage].first(n >> stage);
    if (upper_) upper_->bands[stage].Push(in, upper_->fft);
    stages_[stage].Halve(in, halves_[stage + 1].first(in.size() / 2));
  }
  base_.Push(halves_.back().first(n >> stages_.size()));
}

void SpectralAnalyzer::Gap(std::int64_t) { Flush(); }

void SpectralAnalyzer::Finish() { Flush(); }

void SpectralAnalyzer::Flush() {
  base_.Flush();
  if (upper_) {
    for (UpperBand& band : upper_->bands) band.Flush(upper_->fft);
  }
  for (dsp::HalfBand& stage : stages_) stage.Reset();
  downmix_.Reset();
}

std::optional<TuningResult> SpectralAnalyzer::tuning() const {
  if (!base_.tuning()) return std::nullopt;
  return base_.tuning()->Result(options_.references_hz);
}

std::optional<DominantResult> SpectralAnalyzer::dominant() const {
  if (!options_.dominant) return std::nullopt;
  const auto strongest_of = [this](const LineSums& sums, double lowest_hz, double highest_hz) {
    return StrongestLine(sums, std::max(lowest_hz, options_.fmin_hz),
                         std::min(highest_hz, options_.fmax_hz));
  };
  std::optional<Line> strongest = strongest_of(base_.sums(), 0, plan_.base_highest_hz());
  if (upper_) {
    for (const UpperBand& band : upper_->bands) {
      const std::optional<Line> line =
          strongest_of(band.sums(), band.lowest_hz(), band.highest_hz());
      if (!line) continue;
      if (!strongest || line->amplitude_squared > strongest->amplitude_squared) strongest = line;
    }
  }
  if (!strongest) return std::nullopt;
  return DescribeLine(*strongest);
}

}  // namespace tidemark::analysis
