// TempoMeter: the tempo of a whole file from the tempi at its beats, how sure it is, and the other
// tempo the music could be heard at. Fixed memory. One owner, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "memory/arena.h"

namespace tidemark::analysis {

struct TempoResult {
  double bpm = 0;         // the median over the beats
  double confidence = 0;  // 0 to 1: how distinct the beats are times how many keep this tempo
  // The tempo with the next most periodicity, most often half or twice as fast; absent where
  // nothing else repeats.
  std::optional<double> runner_up_bpm;
  double runner_up_confidence = 0;  // never above `confidence`
};

class TempoMeter {
 public:
  static constexpr double kLowestBpm = 20;
  static constexpr double kHighestBpm = 400;

  // For frames_per_second likelihoods.
  static std::size_t PlanBytes(int frames_per_second);
  TempoMeter(int frames_per_second, memory::Arena& arena);

  // The likelihood that the next frame is a beat; for the periodicities.
  void AddFrame(float likelihood);
  void AddBeat(double bpm, double strength);
  // What comes does not follow what was.
  void Gap();

  // nullopt without beats. The runner-up lies between the two tempi.
  [[nodiscard]] std::optional<TempoResult> Result(double bpm_min, double bpm_max) const;

 private:
  // Tempi are counted in steps of half a percent.
  static constexpr double kBinsPerOctave = 140;
  static constexpr std::size_t kBins = 610;  // log2(400 / 20) octaves, rounded up

  static double BinBpm(double bin);
  [[nodiscard]] double MedianBpm() const;
  [[nodiscard]] double Periodicity(double bpm) const;

  int frames_per_second_;
  std::span<float> recent_;       // likelihoods, twice over so that any window is in one piece
  std::span<double> similarity_;  // sum of products of frames i apart
  std::size_t n_lags_;
  std::size_t at_ = 0;
  std::int64_t n_beats_ = 0;
  double strength_sum_ = 0;
  std::array<std::uint32_t, kBins> n_beats_at_{};
};

}  // namespace tidemark::analysis
