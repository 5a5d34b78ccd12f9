// Downmix: all channels to one, the mean, each with the polarity that does not cancel what came
// before it: a file whose right channel is the inverted left keeps its sound. One owner, one
// thread.
#pragma once

#include <cstddef>
#include <span>

#include "base/audio_block.h"
#include "memory/arena.h"

namespace tidemark::analysis {

class Downmix {
 public:
  static std::size_t PlanBytes(std::size_t n_channels);
  // Correlations are taken over about so many blocks.
  static constexpr double kPromptBlocks = 8;
  static constexpr double kCalmBlocks = 200;
  Downmix(std::size_t n_channels, memory::Arena& arena, double n_blocks = kPromptBlocks);

  // mono = sum over c of s_c x_c / n_channels, s_c = +-1. A sign turns where the channel's
  // correlation with the sum of those before it falls under -1/2, back where it rises over 1/2,
  // and the turn is a ramp over the block.
  // REQUIRES: the block has n_channels; mono.size() == block.n_frames() <= kBlockFrames.
  void Mix(const AudioBlock& block, std::span<float> mono);

  // Forgets the correlations; the next block starts with the signs that fit it.
  void Reset();

 private:
  struct Polarity {
    double cross = 0;  // smoothed sums: channel times mix, mix squared, channel squared
    double mix = 0;
    double channel = 0;
    float sign = 1;
    bool decided = false;
  };

  // Of the channels before one: gain times the samples.
  struct Sum {
    const float* samples;
    float gain;
  };

  float NextSign(Polarity& polarity, const float* channel, const Sum& so_far, std::size_t n) const;

  double keep_;  // of the smoothed sums, what a block leaves of the past
  std::span<Polarity> polarities_;
};

}  // namespace tidemark::analysis
