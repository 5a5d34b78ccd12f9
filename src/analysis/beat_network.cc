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
constexpr std::size_t kReach = kTaps - 1;  // a convolution's, in units of its spacing
constexpr std::size_t kOutputs = 2;
constexpr std::size_t kRoom = 4 * BeatNetwork::kBatch;  // of a stage, beside its history

// The weights in the order of the file: each part's weights, then its biases.
constexpr std::size_t kInputWeights = kTaps * BeatNetwork::kInputs * kChannels;
constexpr std::size_t kHiddenWeights = kTaps * kChannels * kChannels;
constexpr std::size_t kMixWeights = kChannels * kChannels;
constexpr std::size_t kLayerWeights = kHiddenWeights + kChannels + kMixWeights + kChannels;
constexpr std::size_t kOutputWeights = kOutputs * kChannels;
constexpr std::size_t kAllWeights =
    kInputWeights + kChannels + BeatNetwork::kLayers * kLayerWeights + kOutputWeights + kOutputs;

constexpr std::size_t Spacing(std::size_t layer) { return std::size_t{1} << layer; }
// Stage 0 is the input's convolution, stage l + 1 is layer l.
constexpr std::size_t StageSpacing(std::size_t stage) {
  return stage == 0 ? 1 : Spacing(stage - 1);
}
constexpr std::size_t StageWidth(std::size_t stage) {
  return stage == 0 ? BeatNetwork::kInputs : kChannels;
}
constexpr std::size_t StageFloats(std::size_t stage) {
  return (kReach * StageSpacing(stage) + kRoom) * StageWidth(stage);
}

float Probability(float logit) { return 1 / (1 + std::exp(-logit)); }

}  // namespace

std::size_t BeatNetwork::PlanBytes() {
  std::size_t bytes = 2 * memory::ArenaBytes<float>(kBatch * kChannels);
  for (std::size_t stage = 0; stage <= kLayers; ++stage) {
    bytes += memory::ArenaBytes<float>(StageFloats(stage));
  }
  return bytes;
}

BeatNetwork::BeatNetwork(Hindsight hindsight, memory::Arena& arena)
    : hindsight_(hindsight),
      weights_(hindsight == Hindsight::kSome ? BeatNetworkWeights() : CausalBeatNetworkWeights()),
      hidden_(arena.Take<float>(kBatch * kChannels)),
      output_(arena.Take<float>(kBatch * kChannels)) {
  assert(weights_.size() == kAllWeights);
  for (std::size_t stage = 0; stage <= kLayers; ++stage) {
    stages_[stage] = {.frames = arena.Take<float>(StageFloats(stage)),
                      .n_history = kReach * StageSpacing(stage),
                      .width = StageWidth(stage)};
  }
}

// Of each convolution: half its reach where it is centred.
std::size_t BeatNetwork::lookahead() const {
  if (hindsight_ == Hindsight::kNone) return 0;
  std::size_t n_frames = 0;
  for (const Stage& stage : stages_) n_frames += stage.n_history / 2;
  return n_frames;
}

void BeatNetwork::Reset() {
  for (const Stage& stage : stages_) std::ranges::fill(stage.frames, 0.0F);
  n_batched_ = 0;
  n_pushed_ = n_answered_ = n_run_ = 0;
  end_ = kNoEnd;
}

std::span<const BeatLikelihood> BeatNetwork::Push(const OnsetBands::Frame& frame) {
  const Stage& input = stages_[0];
  std::ranges::copy(frame, input.Frame(input.n_history + n_batched_));
  ++n_pushed_;
  if (++n_batched_ < kBatch) return {};
  return RunBatch();
}

std::span<const BeatLikelihood> BeatNetwork::Drain() {
  if (end_ == kNoEnd) end_ = n_pushed_;
  while (n_answered_ < end_) {
    const Stage& input = stages_[0];
    std::ranges::fill(input.Batch().subspan(n_batched_ * input.width), 0.0F);
    const auto answers = RunBatch();
    if (!answers.empty()) return answers;
  }
  return {};
}

std::span<const BeatLikelihood> BeatNetwork::RunBatch() {
  const float* weights = weights_.data();
  std::int64_t first_frame = n_run_;
  for (std::size_t index = 0; index <= kLayers; ++index) {
    Stage& stage = stages_[index];
    const std::size_t reach = stage.n_history;
    const std::size_t lag = hindsight_ == Hindsight::kSome ? reach / 2 : 0;
    const std::span<float> out = index == kLayers ? output_ : stages_[index + 1].Batch();
    if (index == 0) {
      ConvolveInput(stage.Frame(0), kBatch, weights, weights + kInputWeights, out.data());
      weights += kInputWeights + kChannels;
    } else {
      ConvolveHidden(stage.Frame(0), StageSpacing(index), kBatch, weights, weights + kHiddenWeights,
                     hidden_.data());
      weights += kHiddenWeights + kChannels;
      MixResidual(hidden_.data(), stage.Frame(reach - lag), kBatch, weights, weights + kMixWeights,
                  out.data());
      weights += kMixWeights + kChannels;
    }
    first_frame -= static_cast<std::int64_t>(lag);
    MaskOutside(out, first_frame);
    KeepHistory(stage);
  }
  n_run_ += kBatch;
  n_batched_ = 0;
  std::size_t n = 0;
  for (std::size_t t = 0; t < kBatch; ++t) {
    const std::int64_t frame = first_frame + static_cast<std::int64_t>(t);
    if (frame < 0 || frame >= end_) continue;
    std::array<float, kOutputs> logit{};
    for (std::size_t o = 0; o < kOutputs; ++o) {
      logit[o] = weights[kOutputWeights + o];
      for (std::size_t c = 0; c < kChannels; ++c) {
        logit[o] += weights[o * kChannels + c] * output_[t * kChannels + c];
      }
    }
    answers_[n++] = {.beat = Probability(logit[0]), .downbeat = Probability(logit[1])};
  }
  n_answered_ += static_cast<std::int64_t>(n);
  return std::span(answers_).first(n);
}

// The network was fitted to excerpts with silence around them at every layer.
void BeatNetwork::MaskOutside(std::span<float> frames, std::int64_t first_frame) const {
  for (std::size_t t = 0; t < kBatch; ++t) {
    const std::int64_t frame = first_frame + static_cast<std::int64_t>(t);
    if (frame >= 0 && frame < end_) continue;
    std::ranges::fill(frames.subspan(t * kChannels, kChannels), 0.0F);
  }
}

void BeatNetwork::KeepHistory(Stage& stage) {
  stage.first += kBatch;
  if ((stage.first + stage.n_history + kBatch) * stage.width <= stage.frames.size()) return;
  const float* const history = stage.Frame(0);
  std::copy(history, history + stage.n_history * stage.width, stage.frames.begin());
  stage.first = 0;
}

}  // namespace tidemark::analysis
