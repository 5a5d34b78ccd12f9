#include "analysis/beat_network.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "analysis/beat_network_kernels.h"
#include "analysis/beat_network_weights.h"

namespace tidemark::analysis {
namespace {

constexpr std::size_t kChannels = BeatNetwork::kChannels;
constexpr std::size_t kTaps = BeatNetwork::kTaps;
constexpr std::size_t kPairs = BeatNetwork::kPairs;
constexpr std::size_t kPairInputs = 2 * BeatNetwork::kInputs;
constexpr std::size_t kLayers = BeatNetwork::kSpacings.size();
constexpr std::size_t kOutputs = 4;        // of a pair: two beats, two downbeats
constexpr std::size_t kRoom = 4 * kPairs;  // of a stage, beside its history

// The weights in the order of the file: each part's weights, then its biases.
constexpr std::size_t kInputWeights = BeatNetwork::kInputTaps * kPairInputs * kChannels;
constexpr std::size_t kHiddenWeights = kTaps * kChannels * kChannels;
constexpr std::size_t kMixWeights = kChannels * kChannels;
constexpr std::size_t kLayerWeights = kHiddenWeights + kChannels + kMixWeights + kChannels;
constexpr std::size_t kOutputWeights = kOutputs * kChannels;
constexpr std::size_t kAllWeights =
    kInputWeights + kChannels + kLayers * kLayerWeights + kOutputWeights + kOutputs;

// Stage 0 is the input's convolution, stage l + 1 is layer l.
constexpr std::size_t StageReach(std::size_t stage) {
  return stage == 0 ? BeatNetwork::kInputTaps - 1 : (kTaps - 1) * BeatNetwork::kSpacings[stage - 1];
}
constexpr std::size_t StageWidth(std::size_t stage) { return stage == 0 ? kPairInputs : kChannels; }
constexpr std::size_t StageFloats(std::size_t stage) {
  return (StageReach(stage) + kRoom) * StageWidth(stage);
}

float Probability(float logit) { return 1 / (1 + std::exp(-logit)); }

}  // namespace

std::size_t BeatNetwork::PlanBytes() {
  std::size_t bytes = 2 * memory::ArenaBytes<float>(kPairs * kChannels);
  for (std::size_t stage = 0; stage <= kLayers; ++stage) {
    bytes += memory::ArenaBytes<float>(StageFloats(stage));
  }
  return bytes;
}

BeatNetwork::BeatNetwork(Hindsight hindsight, memory::Arena& arena)
    : hindsight_(hindsight),
      weights_(hindsight == Hindsight::kSome ? BeatNetworkWeights() : CausalBeatNetworkWeights()),
      hidden_(arena.Take<float>(kPairs * kChannels)),
      output_(arena.Take<float>(kPairs * kChannels)) {
  assert(weights_.size() == kAllWeights);
  for (std::size_t stage = 0; stage <= kLayers; ++stage) {
    stages_[stage] = {.pairs = arena.Take<float>(StageFloats(stage)),
                      .n_history = StageReach(stage),
                      .width = StageWidth(stage)};
  }
}

// Of each convolution: half its reach where it is centred.
std::size_t BeatNetwork::lookahead() const {
  if (hindsight_ == Hindsight::kNone) return 0;
  std::size_t n_pairs = 0;
  for (const Stage& stage : stages_) n_pairs += stage.n_history / 2;
  return 2 * n_pairs;
}

void BeatNetwork::Reset() {
  for (const Stage& stage : stages_) std::ranges::fill(stage.pairs, 0.0F);
  n_batched_ = 0;
  n_pushed_ = n_answered_ = n_run_ = 0;
  end_ = kNoEnd;
}

std::span<const BeatLikelihood> BeatNetwork::Push(const OnsetBands::Frame& frame) {
  std::ranges::copy(frame, stages_[0].Batch().subspan(n_batched_ * kInputs).begin());
  ++n_pushed_;
  if (++n_batched_ < kBatch) return {};
  return RunBatch();
}

std::span<const BeatLikelihood> BeatNetwork::Drain() {
  if (end_ == kNoEnd) end_ = n_pushed_;
  while (n_answered_ < end_) {
    std::ranges::fill(stages_[0].Batch().subspan(n_batched_ * kInputs), 0.0F);
    const auto answers = RunBatch();
    if (!answers.empty()) return answers;
  }
  return {};
}

std::span<const BeatLikelihood> BeatNetwork::RunBatch() {
  const float* weights = weights_.data();
  std::int64_t first_pair = n_run_;
  for (std::size_t index = 0; index <= kLayers; ++index) {
    Stage& stage = stages_[index];
    const std::size_t reach = stage.n_history;
    const std::size_t lag = hindsight_ == Hindsight::kSome ? reach / 2 : 0;
    const std::span<float> out = index == kLayers ? output_ : stages_[index + 1].Batch();
    if (index == 0) {
      ConvolveInput(stage.Pair(0), kPairs, weights, weights + kInputWeights, out.data());
      weights += kInputWeights + kChannels;
    } else {
      ConvolveHidden(stage.Pair(0), kSpacings[index - 1], kPairs, weights, weights + kHiddenWeights,
                     hidden_.data());
      weights += kHiddenWeights + kChannels;
      MixResidual(hidden_.data(), stage.Pair(reach - lag), kPairs, weights, weights + kMixWeights,
                  out.data());
      weights += kMixWeights + kChannels;
    }
    first_pair -= static_cast<std::int64_t>(lag);
    MaskOutside(out, first_pair);
    KeepHistory(stage);
  }
  n_run_ += kPairs;
  n_batched_ = 0;
  return Answers(first_pair, weights);
}

std::span<const BeatLikelihood> BeatNetwork::Answers(std::int64_t first_pair,
                                                     const float* weights) {
  std::size_t n = 0;
  for (std::size_t t = 0; t < kPairs; ++t) {
    const std::int64_t frame = 2 * (first_pair + static_cast<std::int64_t>(t));
    if (frame < 0 || frame >= end_) continue;
    std::array<float, kOutputs> p{};
    for (std::size_t o = 0; o < kOutputs; ++o) {
      float logit = weights[kOutputWeights + o];
      for (std::size_t c = 0; c < kChannels; ++c) {
        logit += weights[o * kChannels + c] * output_[t * kChannels + c];
      }
      p[o] = Probability(logit);
    }
    answers_[n++] = {.beat = p[0], .downbeat = p[2]};
    if (frame + 1 < end_) answers_[n++] = {.beat = p[1], .downbeat = p[3]};
  }
  n_answered_ += static_cast<std::int64_t>(n);
  return std::span(answers_).first(n);
}

// The network was fitted to excerpts with silence around them at every layer.
void BeatNetwork::MaskOutside(std::span<float> pairs, std::int64_t first_pair) const {
  for (std::size_t t = 0; t < kPairs; ++t) {
    const std::int64_t pair = first_pair + static_cast<std::int64_t>(t);
    if (pair >= 0 && pair < end_ / 2 + end_ % 2) continue;
    std::ranges::fill(pairs.subspan(t * kChannels, kChannels), 0.0F);
  }
}

void BeatNetwork::KeepHistory(Stage& stage) {
  stage.first += kPairs;
  if ((stage.first + stage.n_history + kPairs) * stage.width <= stage.pairs.size()) return;
  const float* const history = stage.Pair(0);
  std::copy(history, history + stage.n_history * stage.width, stage.pairs.begin());
  stage.first = 0;
}

}  // namespace tidemark::analysis
