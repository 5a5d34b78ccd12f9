// IntervalBuilder: from "sound or silence?" cell by cell to intervals: closes short gaps, drops
// short sounds, applies margins. Owned by ActivityAnalyzer; one thread; fixed memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tidemark::analysis {

// Sound in [start_s, end_s), seconds from the start of the file.
struct Interval {
  double start_s = 0;
  double end_s = 0;
};

struct IntervalRules {
  double min_silence_s = 0;
  double min_sound_s = 0;
  double margin_before_s = 0;
  double margin_after_s = 0;
};

// kMaybe: sound or silence will be known later, for the whole run of these at once.
enum class CellState : unsigned char { kSilence, kMaybe, kSound };

class IntervalBuilder {
 public:
  // The most that wait for Drain() if it is called every kMaxCells cells.
  static constexpr std::size_t kMaxPending = 320;

  explicit IntervalBuilder(const IntervalRules& rules) : rules_(rules) {}

  // What follows lies at start_s and later.
  void StartSegment(double start_s);
  // The next cell, from where the last one ended (or the segment started) to end_s.
  void Add(CellState state, double end_s);
  // The open run of kMaybe was sound, or silence.
  void ResolveMaybe(bool is_sound);
  [[nodiscard]] bool has_maybe() const { return maybe_start_s_ >= 0; }
  // Nothing follows in this segment. An open run of kMaybe counts as sound.
  void EndSegment();

  std::size_t Drain(std::span<Interval> out);

  [[nodiscard]] double active_s() const { return active_s_; }
  [[nodiscard]] double longest_s() const { return longest_s_; }
  [[nodiscard]] std::int64_t count() const { return count_; }

 private:
  void AddSound(double start_s, double end_s);
  void CloseSound();
  void AddWidened(Interval interval);
  void EmitHeld();

  IntervalRules rules_;
  double segment_start_s_ = 0;
  double now_s_ = 0;
  double maybe_start_s_ = -1;  // negative: none
  bool sound_open_ = false;
  Interval sound_;  // raw, without margins
  bool held_ = false;
  Interval held_interval_;  // with margins; the next one may still touch it
  double active_s_ = 0;
  double longest_s_ = 0;
  std::int64_t count_ = 0;
  std::size_t n_pending_ = 0;
  std::array<Interval, kMaxPending> pending_;
};

}  // namespace tidemark::analysis
