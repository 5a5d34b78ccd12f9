// RubatoMeter: whether a player takes liberties with the tempo, judged by the beats that two
// decoders have found, one free to follow and one that expects a steady tempo. The free one's
// intervals tell: by how much an interval and the next but one differ, which parts rubato from
// swing. Nothing is concluded where its beats are faint, for then they are unsteady whoever plays,
// nor where those of the steady one are much stronger, or steady: then it has doubled the tempo.
// One owner, one thread.
#pragma once

#include <span>

#include "analysis/beat_decoder.h"
#include "analysis/beat_history.h"

namespace tidemark::analysis {

class RubatoMeter {
 public:
  // Without hindsight all beats are found less steadily.
  explicit RubatoMeter(Hindsight hindsight) : hindsight_(hindsight) {}

  // The best paths as they are now; called every kStep_s of music.
  static constexpr double kStep_s = 0.64;
  void Follow(std::span<const DecodedBeat> free, std::span<const DecodedBeat> steady,
              const BeatHistory& history);

  // Turns back only well below where it turns on.
  [[nodiscard]] bool rubato() const { return rubato_; }

  void Reset() { *this = RubatoMeter(hindsight_); }

 private:
  Hindsight hindsight_;
  bool rubato_ = false;
  double unsteadiness_ = 0;  // lately: the logarithm of the intervals' ratio, free and steady
  double steady_unsteadiness_ = 0;
  double free_strength_ = 0;  // lately: of the beats
  double steady_strength_ = 0;
  double n_followed_ = 0;  // times that these were measured
};

}  // namespace tidemark::analysis
