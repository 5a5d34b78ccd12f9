// RubatoMeter: whether a player takes liberties with the tempo, judged by the beats that a decoder
// free to follow has found: by how much an interval and the next but one differ, which tells rubato
// from a swing. Where the beats are faint nothing is concluded: what is found then is unsteady
// whoever plays. One owner, one thread.
#pragma once

#include <span>

#include "analysis/beat_decoder.h"
#include "analysis/beat_history.h"

namespace tidemark::analysis {

class RubatoMeter {
 public:
  // Without hindsight all beats are found less steadily.
  explicit RubatoMeter(Hindsight hindsight) : hindsight_(hindsight) {}

  // The best path as it is now; called every kStep_s of music.
  static constexpr double kStep_s = 0.64;
  void Follow(std::span<const DecodedBeat> path, const BeatHistory& history);

  // Turns back only well below where it turns on.
  [[nodiscard]] bool rubato() const { return rubato_; }

  void Reset() { *this = RubatoMeter(hindsight_); }

 private:
  Hindsight hindsight_;
  bool rubato_ = false;
  double unsteadiness_ = 0;  // lately: the logarithm of the intervals' ratio
  double strength_ = 0;      // lately: of the beats
  double n_followed_ = 0;    // times that these were measured
};

}  // namespace tidemark::analysis
