// BeatNetwork: from the rises of OnsetBands to how likely each frame is a beat, and a downbeat. A
// temporal convolutional network (Davies and Boeck, "Temporal convolutional networks for musical
// audio beat tracking", EUSIPCO 2019) of 116,500 weights, 50 times a second: frames are taken in
// pairs, by a convolution over three, then eight residual layers whose taps lie 1, 2, ... 64 and
// again 1 pair apart. It hears 5.14 s either side of a pair, or in its causal form 10.28 s before
// it and nothing after. docs/decisions/0008 says what the weights were fitted to. One owner, one
// thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "analysis/onset_bands.h"
#include "memory/arena.h"

namespace tidemark::analysis {

enum class Hindsight : bool { kNone, kSome };

struct BeatLikelihood {
  float beat = 0;  // probabilities
  float downbeat = 0;
};

class BeatNetwork {
 public:
  static constexpr std::size_t kInputs = OnsetBands::kOutputs;
  static constexpr std::size_t kChannels = 48;
  static constexpr std::size_t kInputTaps = 3;
  static constexpr std::size_t kTaps = 5;
  static constexpr std::array<std::size_t, 8> kSpacings = {1, 2, 4, 8, 16, 32, 64, 1};  // pairs
  // Frames are taken this many at a time.
  static constexpr std::size_t kBatch = 64;
  static constexpr std::size_t kPairs = kBatch / 2;

  static std::size_t PlanBytes();
  BeatNetwork(Hindsight hindsight, memory::Arena& arena);

  // An answer comes this many frames after its frame went in, rounded up to a batch.
  [[nodiscard]] std::size_t lookahead() const;

  // The next frame. Answers that came with it, in order from frame 0 on, valid until the next call:
  // none, or those of a batch.
  std::span<const BeatLikelihood> Push(const OnsetBands::Frame& frame);
  // No more frames come: call until it gives none.
  std::span<const BeatLikelihood> Drain();
  // The next frame is number 0.
  void Reset();

 private:
  static constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();

  // A convolution's input: what its taps reach back to, then the batch, from pair `first` on.
  // There is room for more batches, so that history is seldom moved.
  struct Stage {
    std::span<float> pairs;
    std::size_t n_history = 0;  // pairs
    std::size_t width = 0;      // floats in one
    std::size_t first = 0;

    [[nodiscard]] float* Pair(std::size_t at) const { return &pairs[(first + at) * width]; }
    [[nodiscard]] std::span<float> Batch() const {
      return pairs.subspan((first + n_history) * width, kPairs * width);
    }
  };

  std::span<const BeatLikelihood> RunBatch();
  std::span<const BeatLikelihood> Answers(std::int64_t first_pair, const float* weights);
  void MaskOutside(std::span<float> pairs, std::int64_t first_pair) const;
  static void KeepHistory(Stage& stage);

  Hindsight hindsight_;
  std::span<const float> weights_;
  std::array<Stage, kSpacings.size() + 1> stages_;
  std::span<float> hidden_;
  std::span<float> output_;
  std::array<BeatLikelihood, kBatch> answers_{};
  std::size_t n_batched_ = 0;
  std::int64_t n_pushed_ = 0;
  std::int64_t n_answered_ = 0;
  std::int64_t n_run_ = 0;     // pairs that went through, answered or not
  std::int64_t end_ = kNoEnd;  // frames
};

}  // namespace tidemark::analysis
