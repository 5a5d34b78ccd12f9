// RhythmAnalyzer: tempo, beats, downbeats and meter of any length of audio in fixed memory and one
// pass. The mix is halved in rate, its rises in 17 bands (onset_bands.h) go through a network that
// says how likely each frame is a beat (beat_network.h), a hidden Markov model finds the beats
// (beat_decoder.h) and another the bars (bar_decoder.h). One owner, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "analysis/analyzer.h"
#include "analysis/bar_decoder.h"
#include "analysis/beat_decoder.h"
#include "analysis/beat_history.h"
#include "analysis/beat_network.h"
#include "analysis/downmix.h"
#include "analysis/onset_bands.h"
#include "analysis/rubato_meter.h"
#include "analysis/tempo_meter.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "dsp/half_band.h"
#include "memory/arena.h"

namespace tidemark::analysis {

struct RhythmOptions {
  double bpm_min = 40;  // tempi looked for
  double bpm_max = 240;
  bool steady = false;  // the tempo does not change
  bool causal = false;  // decide each beat when it sounds, without what follows
};

struct Beat {
  double time_s = 0;          // from the start of the file
  float strength = 0;         // how likely a beat sounds there, 0 to 1
  float bpm = 0;              // the tempo there
  std::int32_t position = 0;  // in the bar: 1 is the downbeat; 0 where it cannot be told
};

// A point of the tempo curve.
struct TempoPoint {
  double time_s = 0;
  double bpm = 0;
};

struct BeatsResult {
  std::int64_t count = 0;
  std::int64_t n_downbeats = 0;
  std::optional<int> meter;  // beats in a bar, most of the time; absent where it cannot be told
};

class RhythmAnalyzer final : public Analyzer {
 public:
  // DrainBeats() and DrainTempo() never find more than this many.
  static constexpr std::size_t kMaxPending = 128;
  // A beat is certain this long after it sounded, at the latest.
  static constexpr double kLatency_s = 12;
  static constexpr double kLowestBpm = 30;
  static constexpr double kHighestBpm = 300;
  static constexpr double kLeastBpmRatio = 1.5;  // bpm_max / bpm_min

  static std::size_t PlanBytes(const RhythmOptions& options, const StreamFormat& format);
  // A bound on the heap that the Fourier library takes.
  static std::size_t PlanAllowanceBytes(const RhythmOptions& options, const StreamFormat& format);
  // kUsage where the tempi are out of range; kMemory where no transform can be planned.
  static Result<std::unique_ptr<RhythmAnalyzer>> Create(const RhythmOptions& options,
                                                        const StreamFormat& format,
                                                        memory::Arena& arena);

  void Push(const AudioBlock& block) override;
  // Ends the beats before it; nothing reaches across a gap.
  void Gap(std::int64_t next_frame) override;
  void Finish() override;

  // Moves the beats that became certain to `out`, in order; returns how many.
  // REQUIRES: called after each Push(), Gap() and Finish(), with out.size() >= kMaxPending.
  std::size_t DrainBeats(std::span<Beat> out);
  // The same for the tempo curve: a point whenever the tempo has moved by 2 %, and at least every
  // 10 s while there are beats.
  std::size_t DrainTempo(std::span<TempoPoint> out);

  // After Finish(). nullopt where no beat was heard.
  [[nodiscard]] std::optional<TempoResult> tempo() const;
  // After Finish().
  [[nodiscard]] const BeatsResult& beats() const { return result_; }

 private:
  RhythmAnalyzer(const RhythmOptions& options, const StreamFormat& format, OnsetBands bands,
                 memory::Arena& arena);
  void PushMono(std::span<float> mono);
  void AddFrame(const OnsetBands::Frame& frame);
  void AddFrames(std::span<const BeatLikelihood> likelihoods);
  void EndSegment();
  void SettleBeats(std::int64_t until);
  void ChooseDecoder();
  void PushSteady();
  void Settle(std::span<const DecodedBeat> path);
  [[nodiscard]] bool Sounds(std::span<const DecodedBeat> path);
  [[nodiscard]] double TempoAround(std::span<const DecodedBeat> path) const;
  void AddTempoPoint(double time_s, double bpm);

  RhythmOptions options_;
  double rate_hz_;
  double delay_s_ = 0;  // of the half-band filters
  Downmix downmix_;
  std::vector<dsp::HalfBand> stages_;
  std::vector<std::span<float>> halves_;  // the mix, then the output of each stage
  OnsetBands bands_;
  BeatNetwork network_;
  BeatDecoder steady_;               // expects a steady tempo
  BeatDecoder free_;                 // follows a player who takes liberties
  BeatDecoder* decoder_ = &steady_;  // the one that is believed
  RubatoMeter rubato_;               // by what both find
  BarDecoder bars_;
  TempoMeter meter_;

  BeatHistory history_;
  std::span<std::uint8_t> silent_;  // a ring: whether a frame on its way through the network was
  std::int64_t n_heard_ = 0;        // frames that the network got
  std::int64_t segment_start_frame_ = 0;
  std::int64_t n_samples_ = 0;          // since the start of the segment
  std::int64_t next_free_frame_ = 0;    // no beat may come before it
  std::array<double, 4> last_times_{};  // of beats that are out, newest first, in frames
  std::size_t n_last_ = 0;
  std::int64_t music_until_ = 0;  // frame; in music one beat that sounds is enough
  std::array<float, 4> last_strengths_{};

  std::array<Beat, kMaxPending> pending_{};
  std::size_t n_pending_ = 0;
  std::array<TempoPoint, kMaxPending> pending_tempo_{};
  std::size_t n_pending_tempo_ = 0;
  std::optional<TempoPoint> last_point_;
  BeatsResult result_;
};

}  // namespace tidemark::analysis
