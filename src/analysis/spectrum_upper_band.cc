#include "analysis/spectrum_upper_band.h"

#include <algorithm>

#include "dsp/half_band.h"
#include "dsp/stft_kernels.h"

namespace tidemark::analysis {
namespace {

constexpr std::size_t kFrame = SpectrumPlan::kUpperFrame;
// Bins beyond the band's edges: their powers tell the noise around a line at the edge.
constexpr std::size_t kMargin = 16;

std::size_t FirstBin() {
  return static_cast<std::size_t>(dsp::HalfBand::kPassOfInput * kFrame) - kMargin;
}

double HighestPart(std::size_t band) { return band == 0 ? 0.5 : dsp::HalfBand::kPassOfOutput; }

std::size_t NumBins(std::size_t band) {
  const auto last = static_cast<std::size_t>(HighestPart(band) * kFrame);
  return std::min(last + kMargin, kFrame / 2) + 1 - FirstBin();
}

}  // namespace

std::size_t UpperBand::PlanBytes(const SpectrumPlan&, std::size_t band) {
  return dsp::Stft::PlanBytes(kFrame) + memory::ArenaBytes<float>(NumBins(band)) +
         memory::ArenaBytes<double>(NumBins(band));
}

UpperBand::UpperBand(const SpectrumPlan& plan, std::size_t band, std::span<const float> window,
                     memory::Arena& arena)
    : rate_hz_(plan.band_rate_hz(band)),
      highest_part_(HighestPart(band)),
      stft_(window, kFrame, arena),
      power_(arena.Take<float>(NumBins(band))),
      power_sums_(arena.Take<double>(NumBins(band))),
      first_bin_(FirstBin()) {}

double UpperBand::lowest_hz() const { return dsp::HalfBand::kPassOfInput * rate_hz_; }
double UpperBand::highest_hz() const { return highest_part_ * rate_hz_; }

void UpperBand::Push(std::span<const float> samples, dsp::RealFft& fft) {
  while (!samples.empty()) {
    const std::span<const float> piece = samples.first(std::min(samples.size(), kFrame - n_seen_));
    samples = samples.subspan(piece.size());
    n_seen_ += piece.size();
    if (frame_ == chosen_) stft_.Append(piece);
    if (n_seen_ < kFrame) continue;
    n_seen_ = 0;
    if (frame_ == chosen_) {
      AddFrame(stft_.Transform(fft), frame_ < kDenseFrames ? 1 : static_cast<double>(kSparse));
      ChooseNext();
    }
    ++frame_;
  }
}

void UpperBand::ChooseNext() {
  if (frame_ + 1 < kDenseFrames) {
    chosen_ = frame_ + 1;
    group_end_ = kDenseFrames;
    return;
  }
  // A linear congruential generator (Numerical Recipes); the high bits are the random ones.
  random_ = 1664525U * random_ + 1013904223U;
  chosen_ = group_end_ + (random_ >> 16U) % kSparse;
  group_end_ += kSparse;
}

void UpperBand::Flush(dsp::RealFft& fft) {
  if (stft_.n_waiting() > 0 && longest_frame_ == 0) AddFrame(stft_.TransformRest(fft), 1);
  stft_.Reset();
  n_seen_ = 0;
}

void UpperBand::AddFrame(const dsp::StftFrame& frame, double weight) {
  const double seconds = weight * static_cast<double>(frame.n_new) / rate_hz_;
  dsp::BinPowers(frame.bins.data() + first_bin_, power_.size(), frame.power_scale, power_.data());
  dsp::AddPowers(power_.data(), power_.size(), seconds, power_sums_.data());
  total_seconds_ += seconds;
  longest_frame_ = std::max(longest_frame_, frame.n_samples);
}

LineSums UpperBand::sums() const {
  return {.power = power_sums_,
          .total_weight = total_seconds_,
          .first_bin = first_bin_,
          .bin_hz = rate_hz_ / static_cast<double>(kFrame),
          .spacing = static_cast<double>(longest_frame_) / static_cast<double>(kFrame),
          .products = {},
          .hop_s = 0};
}

}  // namespace tidemark::analysis
