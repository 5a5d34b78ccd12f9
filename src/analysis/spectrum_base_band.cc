#include "analysis/spectrum_base_band.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "dsp/stft_kernels.h"
#include "dsp/window.h"

namespace tidemark::analysis {
namespace {

using Bin = std::complex<float>;

// How much of a frame a short file must fill for its only frame to tell the tuning.
constexpr double kUsefulRest = 0.5;

double HopSeconds(const SpectrumPlan& plan) {
  const std::size_t hop = plan.base_frame / 2;
  return static_cast<double>(hop) / plan.base_rate_hz();
}

}  // namespace

std::size_t BaseBand::PlanBytes(const BaseBandParts& parts, const SpectrumPlan& plan) {
  const std::size_t n = plan.base_frame;
  const std::size_t bins = plan.n_base_bins;
  std::size_t bytes = memory::ArenaBytes<float>(n) + dsp::RealFft::PlanBytes(n) +
                      dsp::Stft::PlanBytes(n) + memory::ArenaBytes<float>(bins);
  if (parts.tuning) bytes += TuningEstimator::PlanBytes(bins);
  if (parts.dominant) {
    bytes += memory::ArenaBytes<Bin>(bins) + memory::ArenaBytes<double>(bins) +
             memory::ArenaBytes<std::complex<double>>(bins);
  }
  return bytes;
}

Result<BaseBand> BaseBand::Create(const BaseBandParts& parts, const SpectrumPlan& plan,
                                  memory::Arena& arena) {
  const std::size_t n = plan.base_frame;
  const std::span<float> window = arena.Take<float>(n);
  dsp::FillHann(window);
  TM_TRY_ASSIGN(dsp::RealFft fft, dsp::RealFft::Create(n, arena));
  return BaseBand(parts, plan, window, std::move(fft), arena);
}

BaseBand::BaseBand(const BaseBandParts& parts, const SpectrumPlan& plan, std::span<float> window,
                   dsp::RealFft fft, memory::Arena& arena)
    : plan_(plan), fft_(std::move(fft)), stft_(window, plan.base_frame / 2, arena) {
  const std::size_t bins = plan.n_base_bins;
  power_ = arena.Take<float>(bins);
  if (parts.tuning) tuning_.emplace(bins, plan.base_bin_hz(), arena);
  if (!parts.dominant) return;
  before_ = arena.Take<Bin>(bins);
  power_sums_ = arena.Take<double>(bins);
  product_sums_ = arena.Take<std::complex<double>>(bins);
}

void BaseBand::Push(std::span<const float> samples) {
  while (!samples.empty()) {
    samples = samples.subspan(stft_.Append(samples));
    if (stft_.full()) AddFrame(stft_.Transform(fft_));
  }
}

void BaseBand::Flush() {
  if (stft_.n_waiting() > 0) AddFrame(stft_.TransformRest(fft_));
  stft_.Reset();
}

void BaseBand::AddFrame(const dsp::StftFrame& frame) {
  const auto spacing = static_cast<double>(frame.n_samples) / static_cast<double>(plan_.base_frame);
  dsp::BinPowers(frame.bins.data(), power_.size(), frame.power_scale, power_.data());
  const bool whole = frame.n_samples == plan_.base_frame;
  if (tuning_ && (whole || (longest_frame_ == 0 && spacing >= kUsefulRest))) {
    tuning_->AddFrame(power_, spacing);
  }
  if (!power_sums_.empty()) AddToSums(frame);
  longest_frame_ = std::max(longest_frame_, frame.n_samples);
}

void BaseBand::AddToSums(const dsp::StftFrame& frame) {
  const double seconds = static_cast<double>(frame.n_new) / plan_.base_rate_hz();
  total_seconds_ += seconds;
  dsp::AddPowers(power_.data(), power_.size(), seconds, power_sums_.data());
  if (frame.follows) {
    const double full_scale = 16 / std::pow(static_cast<double>(plan_.base_frame), 2);
    const double scale = std::sqrt(static_cast<double>(frame.power_scale) * full_scale);
    dsp::AddProducts(frame.bins.data(), before_.data(), before_.size(), scale * HopSeconds(plan_),
                     product_sums_.data());
  }
  std::ranges::copy(frame.bins.first(before_.size()), before_.begin());
}

LineSums BaseBand::sums() const {
  return {.power = power_sums_,
          .total_weight = total_seconds_,
          .first_bin = 0,
          .bin_hz = plan_.base_bin_hz(),
          .spacing = static_cast<double>(longest_frame_) / static_cast<double>(plan_.base_frame),
          .products = product_sums_,
          .hop_s = HopSeconds(plan_)};
}

}  // namespace tidemark::analysis
