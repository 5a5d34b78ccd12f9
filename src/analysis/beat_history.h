// BeatHistory: what the network said about the last frames, and what that says about a beat that a
// decoder put there. One owner, one thread; memory from the arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "analysis/beat_network.h"
#include "memory/arena.h"

namespace tidemark::analysis {

class BeatHistory {
 public:
  // Keeps this many frames.
  static constexpr std::size_t kFrames = 1040;

  static constexpr std::size_t PlanBytes() { return memory::ArenaBytes<BeatLikelihood>(kFrames); }
  explicit BeatHistory(memory::Arena& arena) : kept_(arena.Take<BeatLikelihood>(kFrames)) {}

  // Of frame n_frames().
  void Add(const BeatLikelihood& likelihood);
  [[nodiscard]] std::int64_t n_frames() const { return n_frames_; }
  // The next frame is number 0.
  void Reset() { n_frames_ = 0; }

  // Of a beat decoded at `frame`, over the few frames that it may have sounded in. REQUIRES: it is
  // one of the last kFrames - 16.
  [[nodiscard]] float Strength(std::int64_t frame) const;
  [[nodiscard]] float Downbeat(std::int64_t frame) const;
  // Of any frame: its likelihood and that of kSpreadFrames on either side, weighed by a Hann
  // window.
  static constexpr std::int64_t kSpreadFrames = 6;
  [[nodiscard]] float Spread(std::int64_t frame) const;
  // When it sounded, in frames: between them, by a parabola through the likeliest and its
  // neighbours; the frame itself where none is likely.
  [[nodiscard]] double Peak(std::int64_t frame) const;

 private:
  [[nodiscard]] const BeatLikelihood& At(std::int64_t frame) const {
    return kept_[static_cast<std::size_t>(frame) % kFrames];
  }
  [[nodiscard]] std::int64_t Begin(std::int64_t frame) const;
  [[nodiscard]] std::int64_t End(std::int64_t frame) const;

  std::span<BeatLikelihood> kept_;  // a ring
  std::int64_t n_frames_ = 0;
};

}  // namespace tidemark::analysis
