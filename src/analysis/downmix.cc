#include "analysis/downmix.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "analysis/downmix_kernels.h"

namespace tidemark::analysis {
namespace {

// The correlation at which a sign turns, both ways.
constexpr double kTurn = 0.5;
// Below this energy (-120 dBFS over a block) a channel says nothing about polarity.
constexpr double kSilence = 1e-12 * kBlockFrames;

}  // namespace

std::size_t Downmix::PlanBytes(std::size_t n_channels) {
  return memory::ArenaBytes<Polarity>(n_channels);
}

Downmix::Downmix(std::size_t n_channels, memory::Arena& arena, double n_blocks)
    : keep_(1 - 1 / n_blocks), polarities_(arena.Take<Polarity>(n_channels)) {
  Reset();
}

void Downmix::Mix(const AudioBlock& block, std::span<float> mono) {
  const std::size_t n = block.n_frames();
  assert(block.n_channels() == polarities_.size() && mono.size() == n && n <= kBlockFrames);
  if (n == 0) return;
  const float gain = 1.0F / static_cast<float>(polarities_.size());
  Sum so_far{.samples = block.channel(0).data(), .gain = gain};
  for (std::size_t c = 1; c < polarities_.size(); ++c) {
    const float* channel = block.channel(c).data();
    Polarity& polarity = polarities_[c];
    const bool ramped = polarity.decided;
    const float old_sign = polarity.sign;
    const float after = NextSign(polarity, channel, so_far, n);
    const float before = ramped ? old_sign : after;
    AddScaled(so_far.samples, so_far.gain, channel, gain * before,
              gain * (after - before) / static_cast<float>(n), n, mono.data());
    so_far = {.samples = mono.data(), .gain = 1};
  }
  if (so_far.samples != mono.data()) Scale(so_far.samples, n, gain, mono.data());
}

float Downmix::NextSign(Polarity& polarity, const float* channel, const Sum& so_far,
                        std::size_t n) const {
  const PairMoments moments = Moments(channel, so_far.samples, n);
  const float gain = so_far.gain;
  polarity.cross = keep_ * polarity.cross + static_cast<double>(gain * moments.cross);
  polarity.channel = keep_ * polarity.channel + static_cast<double>(moments.x);
  polarity.mix = keep_ * polarity.mix + static_cast<double>(gain * gain * moments.y);
  if (polarity.channel < kSilence || polarity.mix < kSilence) return polarity.sign;
  const double scale = std::sqrt(polarity.channel * polarity.mix);
  const float wanted = polarity.cross < -kTurn * scale  ? -1.0F
                       : polarity.cross > kTurn * scale ? 1.0F
                                                        : polarity.sign;
  polarity.sign = wanted;
  polarity.decided = true;
  return wanted;
}

void Downmix::Reset() { std::ranges::fill(polarities_, Polarity{}); }

}  // namespace tidemark::analysis
