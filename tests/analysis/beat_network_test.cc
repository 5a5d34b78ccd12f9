#include "analysis/beat_network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "analysis/beat_network_weights.h"

namespace tidemark::analysis {
namespace {

using Inputs = std::vector<OnsetBands::Frame>;
using Answers = std::vector<BeatLikelihood>;
using Rows = std::vector<std::vector<double>>;

constexpr Hindsight kForms[] = {Hindsight::kNone, Hindsight::kSome};
constexpr std::int64_t kReach = 514;  // frames on either side of the form with hindsight
constexpr std::int64_t kPast = 1030;  // frames before that the causal form hears

// Rises as music has them: mostly small, large at times that repeat roughly.
Inputs RandomInputs(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::exponential_distribution<float> rise(8);
  Inputs inputs(n);
  for (std::size_t t = 0; t < n; ++t) {
    for (float& x : inputs[t]) x = rise(random) * (t % 53 < 2 ? 10.0F : 1.0F);
  }
  return inputs;
}

// A network with its arena. Creating it checks that the plan is exact.
class NetworkRun {
 public:
  explicit NetworkRun(Hindsight hindsight)
      : arena_(*memory::Arena::Create(BeatNetwork::PlanBytes())), network(hindsight, arena_) {
    EXPECT_EQ(arena_.used(), arena_.size());
  }

  void Push(const Inputs& inputs) {
    for (const OnsetBands::Frame& frame : inputs) Take(network.Push(frame));
  }
  void Drain() {
    for (auto rest = network.Drain(); !rest.empty(); rest = network.Drain()) Take(rest);
  }

 private:
  void Take(std::span<const BeatLikelihood> more) {
    answers.insert(answers.end(), more.begin(), more.end());
  }
  memory::Arena arena_;

 public:
  BeatNetwork network;
  Answers answers;
};

Answers AnswersTo(const Inputs& inputs, Hindsight hindsight) {
  NetworkRun run(hindsight);
  run.Push(inputs);
  run.Drain();
  return run.answers;
}

void ExpectSame(const BeatLikelihood& found, const BeatLikelihood& expected, double tolerance,
                std::size_t frame) {
  EXPECT_NEAR(found.beat, expected.beat, tolerance) << "frame " << frame;
  EXPECT_NEAR(found.downbeat, expected.downbeat, tolerance) << "frame " << frame;
}

// The network in plain loops over the whole input, in double precision.
class Reference {
 public:
  explicit Reference(Hindsight hindsight)
      : centred_(hindsight == Hindsight::kSome),
        weights_(centred_ ? BeatNetworkWeights() : CausalBeatNetworkWeights()) {}

  Answers AnswersTo(const Inputs& inputs) {
    Rows pairs((inputs.size() + 1) / 2);
    for (std::size_t t = 0; t < inputs.size(); ++t) {
      pairs[t / 2].insert(pairs[t / 2].end(), inputs[t].begin(), inputs[t].end());
    }
    if (inputs.size() % 2 != 0) pairs.back().resize(2 * BeatNetwork::kInputs);
    at_ = 0;
    Rows hidden = Convolve(pairs, BeatNetwork::kInputTaps, 1);
    for (const std::size_t spacing : BeatNetwork::kSpacings) {
      const Rows mixed = Mix(Convolve(hidden, BeatNetwork::kTaps, spacing));
      for (std::size_t t = 0; t < hidden.size(); ++t) {
        for (std::size_t c = 0; c < hidden[t].size(); ++c) hidden[t][c] += mixed[t][c];
      }
    }
    return Finish(hidden, inputs.size());
  }
  [[nodiscard]] bool used_all() const { return at_ == weights_.size(); }

 private:
  // max(0, bias + taps), silence outside.
  Rows Convolve(const Rows& in, std::size_t n_taps, std::size_t spacing) {
    const std::size_t width = in[0].size();
    const std::size_t bias = at_ + n_taps * width * BeatNetwork::kChannels;
    const std::size_t lag = (centred_ ? n_taps / 2 : n_taps - 1) * spacing;
    Rows out(in.size(), std::vector<double>(BeatNetwork::kChannels));
    for (std::size_t t = 0; t < in.size(); ++t) {
      for (std::size_t c = 0; c < BeatNetwork::kChannels; ++c) {
        double sum = Weight(bias + c);
        for (std::size_t tap = 0; tap < n_taps; ++tap) {
          const std::size_t later = t + tap * spacing;
          if (later < lag || later - lag >= in.size()) continue;
          for (std::size_t i = 0; i < width; ++i) {
            const std::size_t row = tap * width + i;
            sum += Weight(at_ + row * BeatNetwork::kChannels + c) * in[later - lag][i];
          }
        }
        out[t][c] = std::max(0.0, sum);
      }
    }
    at_ = bias + BeatNetwork::kChannels;
    return out;
  }

  Rows Mix(const Rows& in) {
    const std::size_t bias = at_ + BeatNetwork::kChannels * BeatNetwork::kChannels;
    Rows out(in.size(), std::vector<double>(BeatNetwork::kChannels));
    for (std::size_t t = 0; t < in.size(); ++t) {
      for (std::size_t c = 0; c < BeatNetwork::kChannels; ++c) {
        out[t][c] = Weight(bias + c);
        for (std::size_t i = 0; i < BeatNetwork::kChannels; ++i) {
          out[t][c] += Weight(at_ + i * BeatNetwork::kChannels + c) * in[t][i];
        }
      }
    }
    at_ = bias + BeatNetwork::kChannels;
    return out;
  }

  // Of each pair: two beats, two downbeats.
  Answers Finish(const Rows& in, std::size_t n_frames) {
    Answers answers(n_frames);
    const auto probability = [&](std::size_t pair, std::size_t output) {
      double logit = Weight(at_ + 4 * BeatNetwork::kChannels + output);
      for (std::size_t c = 0; c < BeatNetwork::kChannels; ++c) {
        logit += Weight(at_ + output * BeatNetwork::kChannels + c) * in[pair][c];
      }
      return static_cast<float>(1 / (1 + std::exp(-logit)));
    };
    for (std::size_t t = 0; t < n_frames; ++t) {
      answers[t] = {.beat = probability(t / 2, t % 2), .downbeat = probability(t / 2, 2 + t % 2)};
    }
    at_ += 4 * BeatNetwork::kChannels + 4;
    return answers;
  }

  [[nodiscard]] double Weight(std::size_t index) const {
    return static_cast<double>(weights_[index]);
  }

  bool centred_;
  std::span<const float> weights_;
  std::size_t at_ = 0;
};

TEST(BeatNetwork, AgreesWithPlainLoops) {
  for (const Hindsight form : kForms) {
    // Shorter than a batch, than what is heard at once, and longer.
    for (const std::size_t n : {1U, 63U, 64U, 65U, 300U, 1500U}) {
      const Inputs inputs = RandomInputs(n, static_cast<unsigned>(n));
      Reference reference(form);
      const Answers expected = reference.AnswersTo(inputs);
      EXPECT_TRUE(reference.used_all());
      const Answers found = AnswersTo(inputs, form);
      ASSERT_EQ(found.size(), n);
      for (std::size_t t = 0; t < n; ++t) ExpectSame(found[t], expected[t], 1e-4, t);
    }
  }
}

TEST(BeatNetwork, AnswersEveryFrameOnceDrained) {
  for (const Hindsight form : kForms) {
    for (const std::size_t n : {0U, 1U, 2U, 63U, 64U, 65U, 511U, 512U, 513U, 514U, 576U, 4000U}) {
      EXPECT_EQ(AnswersTo(RandomInputs(n, 1), form).size(), n);
    }
  }
}

TEST(BeatNetwork, GivesNothingAfterTheLast) {
  for (const Hindsight form : kForms) {
    NetworkRun run(form);
    EXPECT_TRUE(run.network.Drain().empty());
    run.network.Reset();
    run.Push(RandomInputs(100, 2));
    run.Drain();
    EXPECT_TRUE(run.network.Drain().empty());
    EXPECT_TRUE(run.network.Drain().empty());
  }
}

TEST(BeatNetwork, AnswersAsLateAsItSays) {
  for (const Hindsight form : kForms) {
    NetworkRun run(form);
    const std::size_t lookahead = run.network.lookahead();
    EXPECT_EQ(lookahead, form == Hindsight::kNone ? 0U : static_cast<std::size_t>(kReach));
    const std::size_t latest =
        (lookahead + BeatNetwork::kBatch - 1) / BeatNetwork::kBatch * BeatNetwork::kBatch +
        BeatNetwork::kBatch;
    const Inputs inputs = RandomInputs(2000, 3);
    for (std::size_t n = 1; n <= inputs.size(); ++n) {
      run.Push({inputs[n - 1]});
      EXPECT_LE(run.answers.size(), n - std::min(n, lookahead));
      EXPECT_GE(run.answers.size() + latest, n);
    }
  }
}

TEST(BeatNetwork, GivesProbabilities) {
  for (const Hindsight form : kForms) {
    Inputs inputs = RandomInputs(2000, 4);
    for (std::size_t t = 1000; t < 1100; ++t) inputs[t].fill(12);  // as loud as they get
    for (std::size_t t = 1100; t < 1500; ++t) inputs[t].fill(0);
    for (const BeatLikelihood& answer : AnswersTo(inputs, form)) {
      for (const float p : {answer.beat, answer.downbeat}) {
        EXPECT_GE(p, 0.0F);
        EXPECT_LE(p, 1.0F);
      }
    }
  }
}

TEST(BeatNetwork, HearsTheSameWhereverABatchBegins) {
  const Inputs inputs = RandomInputs(3000, 5);
  for (const Hindsight form : kForms) {
    const Answers whole = AnswersTo(inputs, form);
    for (const std::int64_t offset : {2, 6, 30, 64, 100}) {  // whole pairs
      const Answers later = AnswersTo(Inputs(inputs.begin() + offset, inputs.end()), form);
      const auto first = static_cast<std::size_t>(form == Hindsight::kNone ? kPast : kReach);
      // What begins where is heard until it is out of reach.
      for (std::size_t t = first; t < later.size(); ++t) {
        ExpectSame(later[t], whole[t + static_cast<std::size_t>(offset)], 1e-5, t);
      }
    }
  }
}

TEST(BeatNetwork, KnowsNothingOfWhatComesWithoutHindsight) {
  const Inputs inputs = RandomInputs(2000, 6);
  const Answers expected = AnswersTo(inputs, Hindsight::kNone);
  for (const std::size_t changed : {500U, 1000U}) {  // where a pair begins
    Inputs other = inputs;
    for (std::size_t t = changed; t < other.size(); ++t) other[t].fill(3);
    const Answers found = AnswersTo(other, Hindsight::kNone);
    for (std::size_t t = 0; t < changed; ++t) ExpectSame(found[t], expected[t], 0, t);
    EXPECT_NE(found[changed].beat, expected[changed].beat);
    // Nor does it where they end.
    const Answers cut = AnswersTo(Inputs(inputs.begin(), inputs.begin() + 778), Hindsight::kNone);
    for (std::size_t t = 0; t < cut.size(); ++t) ExpectSame(cut[t], expected[t], 0, t);
  }
}

TEST(BeatNetwork, HearsFiveSecondsEitherWayWithHindsight) {
  const Inputs inputs = RandomInputs(3000, 7);
  const Answers expected = AnswersTo(inputs, Hindsight::kSome);
  constexpr std::int64_t kChanged = 1500;
  Inputs other = inputs;
  other[kChanged].fill(6);
  const Answers found = AnswersTo(other, Hindsight::kSome);
  for (std::int64_t t = 0; t < std::ssize(found); ++t) {
    if (std::abs(t - kChanged) <= kReach + 1) continue;  // it may be of either frame of a pair
    const auto at = static_cast<std::size_t>(t);
    ExpectSame(found[at], expected[at], 0, at);
  }
  EXPECT_NE(found[kChanged - 20].beat, expected[kChanged - 20].beat);
  EXPECT_NE(found[kChanged + 20].beat, expected[kChanged + 20].beat);
}

TEST(BeatNetwork, StartsAnewAfterReset) {
  const Inputs inputs = RandomInputs(900, 8);
  for (const Hindsight form : kForms) {
    const Answers expected = AnswersTo(inputs, form);
    for (const bool drained : {false, true}) {
      NetworkRun run(form);
      run.Push(RandomInputs(731, 9));
      if (drained) run.Drain();
      run.network.Reset();
      run.answers.clear();
      run.Push(inputs);
      run.Drain();
      ASSERT_EQ(run.answers.size(), expected.size());
      for (std::size_t t = 0; t < expected.size(); ++t) {
        ExpectSame(run.answers[t], expected[t], 0, t);
      }
    }
  }
}

}  // namespace
}  // namespace tidemark::analysis
