#include "live/gap_filler.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "dsp/sample_pack_kernels.h"

namespace tidemark::live {
namespace {

constexpr std::int64_t kShortestPeriodUs = 2'500;
constexpr std::int64_t kLongestPeriodUs = 15'000;
constexpr std::int64_t kComparedUs = 15'000;
constexpr std::int64_t kFullUs = 10'000;  // then the gain falls
constexpr std::int64_t kConcealedUs = 60'000;
// Periods are looked for at this rate, then made exact.
constexpr std::int64_t kCoarseRateHz = 8'000;

}  // namespace

float FadeIn(std::int64_t i, std::int64_t n) {
  const double part = (static_cast<double>(i) + 0.5) / static_cast<double>(n);
  return static_cast<float>(0.5 - 0.5 * std::cos(std::numbers::pi * part));
}

std::size_t GapFiller::PlanBytes(const TrackShape& shape) {
  return memory::ArenaBytes<float>(static_cast<std::size_t>(shape.history * shape.channels));
}

GapFiller::GapFiller(const TrackShape& shape, bool conceal, memory::Arena& arena)
    : type_(shape.type),
      channels_(shape.channels),
      rate_hz_(shape.rate_hz),
      fade_(shape.fade),
      conceal_(conceal),
      past_(arena.Take<float>(static_cast<std::size_t>(shape.history * shape.channels))) {}

void GapFiller::Start(const RingSpans& past) {
  float* to = past_.data();
  for (const std::span<const std::byte> part : {past.first, past.second}) {
    const std::size_t n = part.size() / BytesOf(type_);
    dsp::Unpack(type_, part.data(), 1, n, to);
    to += n;
  }
  n_past_ = (to - past_.data()) / channels_;
  at_ = 0;
  period_ = 0;
  if (conceal_) FindPeriod();
  length_ = period_ > 0 ? rate_hz_ * kConcealedUs / 1'000'000 : std::min(fade_, n_past_);
}

void GapFiller::Fill(std::span<float> out) {
  const auto n = static_cast<std::int64_t>(out.size()) / channels_;
  float* to = out.data();
  for (std::int64_t i = 0; i < n; ++i, ++at_) {
    const float gain = silent() ? 0 : Gain(at_);
    for (std::int64_t c = 0; c < channels_; ++c) *to++ = gain == 0 ? 0 : gain * Value(at_, c);
  }
}

float GapFiller::Past(std::int64_t samples_ago, std::int64_t channel) const {
  return past_[static_cast<std::size_t>((n_past_ - samples_ago) * channels_ + channel)];
}

float GapFiller::Mono(std::int64_t i) const {
  float sum = 0;
  for (std::int64_t c = 0; c < channels_; ++c) sum += Past(i, c);
  return sum;
}

float GapFiller::Gain(std::int64_t i) const {
  if (period_ == 0) return 1 - FadeIn(i, length_);
  const std::int64_t full = rate_hz_ * kFullUs / 1'000'000;
  if (i < full) return 1;
  return 1 - static_cast<float>(i - full) / static_cast<float>(length_ - full);
}

// A period's last quarter leads over to its beginning, and the first quarter of the gap from the
// samples before it, played backwards.
float GapFiller::Value(std::int64_t i, std::int64_t channel) const {
  if (period_ == 0) return Past(i + 1, channel);
  const std::int64_t quarter = period_ / 4;
  const std::int64_t in_period = i % period_;
  float value = Past(period_ - in_period, channel);
  const std::int64_t in_last_quarter = in_period - (period_ - quarter);
  if (in_last_quarter >= 0) {
    const float weight = FadeIn(in_last_quarter, quarter);
    value += weight * (Past(2 * period_ - in_period, channel) - value);
  }
  if (i >= quarter) return value;
  return Past(i + 1, channel) + FadeIn(i, quarter) * (value - Past(i + 1, channel));
}

// Normalised correlation of the newest samples with those `lag` before them.
float GapFiller::Likeness(std::int64_t lag, std::int64_t stride) const {
  const std::int64_t n = rate_hz_ * kComparedUs / 1'000'000;
  float cross = 0;
  float energy = 1e-9F;
  float lag_energy = 1e-9F;
  for (std::int64_t i = 1; i <= n; i += stride) {
    const float newer = Mono(i);
    const float older = Mono(i + lag);
    cross += newer * older;
    energy += newer * newer;
    lag_energy += older * older;
  }
  return cross / std::sqrt(energy * lag_energy);
}

void GapFiller::FindPeriod() {
  const std::int64_t longest = rate_hz_ * kLongestPeriodUs / 1'000'000;
  if (n_past_ < longest + rate_hz_ * kComparedUs / 1'000'000 || n_past_ < 2 * longest) return;
  const std::int64_t stride = std::max<std::int64_t>(1, rate_hz_ / kCoarseRateHz);
  float best = -2;
  const auto look = [&](std::int64_t from, std::int64_t to, std::int64_t step) {
    for (std::int64_t lag = from; lag <= to; lag += step) {
      const float likeness = Likeness(lag, stride);
      if (likeness > best) period_ = lag;
      best = std::max(best, likeness);
    }
  };
  const std::int64_t shortest = rate_hz_ * kShortestPeriodUs / 1'000'000;
  look(shortest, longest, stride);
  const std::int64_t coarse = period_;
  look(std::max(shortest, coarse - stride + 1), std::min(longest, coarse + stride - 1), 1);
}

}  // namespace tidemark::live
