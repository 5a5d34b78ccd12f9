// BeatDecoder: the most likely sequence of beats, given how likely each frame is one. A hidden
// semi-Markov model in which a beat lasts a whole number of frames and the next lasts about as long
// (Krebs, Boeck and Widmer, "An efficient state-space model for joint tempo and meter tracking",
// ISMIR 2015: the same transitions; a column of their states moves in lockstep, so that here it is
// one sum). Where they have a sixteenth of each interval be the beat, here it is a frame or two, so
// that slow and fast tempi pay alike for what is not a beat, and mild preferences, for moderate
// tempi and for the level that was kept so far, decide what is left open (docs/decisions/0008).
// Viterbi with back pointers over a bounded past: decisions may be taken with a fixed lag. One
// owner, one thread; memory from the arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "memory/arena.h"

namespace tidemark::analysis {

struct BeatDecoderOptions {
  std::size_t shortest = 25;  // frames from beat to beat
  std::size_t longest = 150;
  // The log-probability of a beat that is a part r longer or shorter falls by this times r.
  double tempo_inertia = 100;
  // The odds that a frame is a beat and not what lies between beats, before it is heard: with
  // higher odds more of the faint onsets are beats.
  double beat_odds = 2;
  // Of any frame, whatever was heard.
  double least_probability = 0.05;
  // Of the preference for moderate tempi, a second.
  double preference_weight = 0.5;
  // Of the one for the metrical level at which the music was heard so far, see Keep().
  double level_weight = 0;
  // The log-probability of a tempo that has nothing to do with the last.
  float jump = -20;
  std::size_t beat_frames = 1;  // from a beat's start on that are heard as it; at most 2
  // The next interval differs by a frame at most.
  bool steady = false;
  int frames_per_second = 100;
};

struct DecodedBeat {
  std::int64_t frame = 0;
  std::int32_t interval = 0;  // frames to the next
};

class BeatDecoder {
 public:
  // How far back a path can be followed.
  static constexpr std::size_t kMaxPathFrames = 1024;
  static constexpr std::size_t kMaxPathBeats = 64;
  // Of an interval to the one before, or the other way round, but for rare jumps.
  static constexpr double kWidestStep = 1.18;
  // What tempi that are equally likely otherwise are measured by.
  static constexpr double kPreferredBpm = 98;

  static std::size_t PlanBytes(const BeatDecoderOptions& options);
  // REQUIRES: 2 <= shortest < longest <= 255 + shortest.
  BeatDecoder(const BeatDecoderOptions& options, memory::Arena& arena);

  // The next frame is a beat with this probability.
  void Push(float probability);
  [[nodiscard]] std::int64_t n_frames() const { return n_frames_; }

  // A beat of this interval was claimed. From now on tempi that lie octaves from those of the beats
  // claimed lately are less likely: music keeps its metrical level. Forgotten where beats pause.
  void Keep(std::int32_t interval);

  // The beats of the best path over all frames so far, oldest first, not older than `since`;
  // valid until the next call. The last beat's interval may reach past the last frame.
  std::span<const DecodedBeat> BestPath(std::int64_t since);

  // The next frame is number 0.
  void Reset();

 private:
  // The transitions into kDecoderLanes neighbouring intervals, see BestOrigins().
  struct Block {
    std::int32_t reach = 0;
    std::uint32_t first_step = 0;
    std::int32_t n_changes = 0;  // that were worth trying last
  };

  [[nodiscard]] std::span<float> Row(std::int64_t frame) const;
  // What a row holds: the intervals, filled up to whole blocks.
  [[nodiscard]] std::size_t n_padded() const { return best_.size(); }
  [[nodiscard]] std::span<float> Limits(std::size_t block) const;
  [[nodiscard]] float& RowMost(std::int64_t frame) const;  // the largest of a row
  void PlanTransitions();
  void Prefer();
  void LimitSteps(std::size_t block);
  void ScoreEndings();
  void ChooseOrigins(float otherwise);
  float LogOdds(float probability);
  void Renormalise();

  BeatDecoderOptions options_;
  std::size_t n_intervals_;
  std::span<Block> blocks_;
  std::span<float> steps_;
  std::span<float> limits_;  // of each block: the best step that goes so far or farther
  std::span<float> scores_;  // rings by frame: of a beat of each interval that starts there
  std::span<float> row_most_;
  std::span<std::uint8_t> previous_;  // the interval before it
  // Of beats of each interval that end at the frame at hand; with a margin that is out of reach.
  std::span<float> padded_ending_;
  std::span<float> ending_;
  std::span<float> block_most_;     // the largest of them in each block
  std::span<float> preference_;     // for each interval
  std::span<float> best_;           // of the ways to a beat of each interval that starts there
  std::span<std::int32_t> origin_;  // by how much its interval differs from the one before
  std::span<DecodedBeat> path_;
  std::int64_t n_frames_ = 0;
  double kept_octaves_ = 0;   // the level at which music was heard, above the preferred tempo
  double kept_s_ = 0;         // for how long
  float decay_ = 0;           // of recent_most_, a frame
  float recent_most_ = 0;     // the highest probability lately
  std::int64_t n_quiet_ = 0;  // frames since one was not faint
  std::int64_t quiet_frames_ = 0;
  std::int64_t pause_frames_ = 0;
};

}  // namespace tidemark::analysis
