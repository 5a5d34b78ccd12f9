// BarDecoder: which beat of the bar each beat is. Viterbi over meters of 2 to 7 beats, on how
// likely each beat is a downbeat; a meter goes on from bar to bar, rarely changes, and seldom loses
// a beat (after Boeck, Krebs and Widmer, "Joint beat and downbeat tracking with recurrent neural
// networks", ISMIR 2016, section 2.3). Values in, values out; owns its state. One owner, one
// thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tidemark::analysis {

class BarDecoder {
 public:
  static constexpr int kShortestMeter = 2;
  static constexpr int kLongestMeter = 7;
  // Beats that may follow the one decided about.
  static constexpr std::size_t kMaxAhead = 32;

  struct Place {
    int position = 1;  // 1 is the downbeat
    int meter = 4;
  };

  // Decides about the next beat, knowing those that follow it: downbeats[0] is its probability to
  // be a downbeat, the rest are the following beats'. nullopt while downbeats do not stand out.
  // REQUIRES: 1 <= downbeats.size() <= kMaxAhead + 1.
  std::optional<Place> Next(std::span<const float> downbeats);

  // The meter of most beats so far; nullopt where fewer than half of them could be told.
  [[nodiscard]] std::optional<int> meter() const;

  // What comes has nothing to do with what was.
  void Reset();

 private:
  static constexpr std::size_t kStates = 27;  // 2 + 3 + ... + 7
  using Scores = std::array<float, kStates>;
  using Origins = std::array<std::uint8_t, kStates>;

  // How likely downbeats were to be one, and all beats.
  struct Means {
    double n = 0;
    double sum = 0;
    double n_downbeats = 0;
    double sum_downbeats = 0;

    void Add(float downbeat, bool is_downbeat);
    void Decay();
    [[nodiscard]] double Contrast() const;
  };

  static Place PlaceOf(std::size_t state);
  static Scores Step(const Scores& before, float downbeat, Origins* origins);

  Scores scores_{};
  bool started_ = false;
  Means means_;
  std::int64_t n_beats_ = 0;
  std::array<std::int64_t, kLongestMeter + 1> n_of_meter_{};
};

}  // namespace tidemark::analysis
