// SpeechAnalyzer: the intervals in which somebody speaks, as they become certain. One owner, one
// thread. Memory does not depend on the length of the audio.
//
// On the mix, 10 ms by 10 ms: the VoiceDetector of WebRTC says what could be voice, the SpeechGate,
// by 3 s around it, whether that is speech rather than music or noise. Where both agree and there
// is sound, somebody speaks; and from there on for as long as the sound goes on, up to 0.5 s after
// and 0.3 s before, so that soft fricatives, which the detector does not hear above 4 kHz, keep
// their words whole. Where music begins or ends, up to a second
// of it may count as speech.
// A decision about a moment waits for the 2 s after it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "analysis/analyzer.h"
#include "analysis/downmix.h"
#include "analysis/interval_builder.h"
#include "analysis/speech_gate.h"
#include "analysis/voice_detector.h"
#include "analysis/voicing_meter.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "dsp/half_band.h"
#include "dsp/resampler.h"
#include "memory/arena.h"

namespace tidemark::analysis {

struct SpeechOptions {
  double min_silence_s = 0.25;  // shorter gaps count as speech
  double min_sound_s = 0.1;     // then shorter speech counts as none
};

struct SpeechResult {
  double active_s = 0;
  std::int64_t count = 0;
  double longest_s = 0;
};

class SpeechAnalyzer final : public Analyzer {
 public:
  // Drain() never finds more than this many.
  static constexpr std::size_t kMaxPending = IntervalBuilder::kMaxPending;

  static std::size_t PlanBytes(const SpeechOptions& options, const StreamFormat& format);
  // A bound on the heap that the detector takes.
  static std::size_t PlanAllowanceBytes(const SpeechOptions& options, const StreamFormat& format);
  // kUsage for lengths that are not 0 to an hour; kMemory where the detector gets none.
  static Result<std::unique_ptr<SpeechAnalyzer>> Create(const SpeechOptions& options,
                                                        const StreamFormat& format,
                                                        memory::Arena& arena);

  void Push(const AudioBlock& block) override;
  // Ends an open interval; nothing reaches across a gap.
  void Gap(std::int64_t next_frame) override;
  void Finish() override;

  // Moves the intervals that became certain to `out`, in order; returns how many.
  // REQUIRES: called after each Push(), Gap() and Finish(), with out.size() >= kMaxPending.
  std::size_t Drain(std::span<Interval> out) { return builder_.Drain(out); }

  // REQUIRES: Finish() was called.
  [[nodiscard]] const SpeechResult& result() const { return result_; }

 private:
  // Decisions that wait for what follows.
  struct Decision {
    bool speech = false;
    bool sound = false;
  };
  // Powers of frames whose 8 kHz samples are not there yet.
  struct Powers {
    float power = 0;
    float high_power = 0;
  };
  static constexpr std::int64_t kDecisions = 64;
  static constexpr std::int64_t kPowers = 64;

  SpeechAnalyzer(const SpeechOptions& options, const StreamFormat& format, VoiceDetector detector,
                 memory::Arena& arena);
  void StartSegment(std::int64_t frame);
  void EndSegment();
  void PushMono(std::span<float> mono);
  void MeasurePowers(std::span<const float> samples);
  void AddFrame(std::span<const float> samples);
  void DecideUpTo(std::int64_t n_frames);
  void EmitUpTo(std::int64_t n_frames);
  [[nodiscard]] bool SpeechFollows(std::int64_t k) const;
  [[nodiscard]] std::int64_t FrameEnd(std::int64_t k) const;

  int sample_rate_hz_;
  Downmix downmix_;
  std::vector<dsp::HalfBand> stages_;
  std::vector<std::span<float>> halves_;  // the mix, then the output of each stage
  dsp::Resampler resampler_;              // to 8 kHz
  std::span<float> narrow_;               // its output, behind what is left of a frame
  std::size_t n_narrow_ = 0;
  dsp::HalfBand to_4_khz_;
  VoiceDetector detector_;
  VoicingMeter voicing_;
  SpeechGate gate_;
  SpeechGate::Judgement judgement_;
  bool gate_is_open_ = false;

  std::int64_t segment_start_frame_ = 0;
  std::int64_t n_samples_ = 0;  // of the segment, at sample_rate_hz_
  std::int64_t n_wide_ = 0;     // of the segment, after the stages
  std::int64_t n_powers_ = 0;   // frames in powers_ so far
  std::array<Powers, kPowers> powers_{};
  Powers open_power_;  // sums over the frame that is open
  float last_sample_ = 0;
  float peak_power_ = 0;  // of about the last 10 s
  std::array<Decision, kDecisions> decisions_{};
  std::int64_t n_decided_ = 0;
  std::int64_t n_emitted_ = 0;
  std::int64_t n_hang_ = 0;      // frames that the last speech may still reach
  std::int64_t last_frame_ = 0;  // in EndSegment(): one past the last frame of the audio
  IntervalBuilder builder_;
  SpeechResult result_;
};

}  // namespace tidemark::analysis
