// RateConverter: planar audio at another rate, for listening, by a windowed sinc (Kaiser, beta 9.8,
// 32 zero crossings either side) of 32 phases with cubic interpolation between them. Flat within
// 0.1 dB to 0.42 of the lower of the two rates, more than 90 dB down from 0.505 on. One owner, one
// thread; all of a process share one table of 9 KB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/rate_converter_kernels.h"
#include "memory/arena.h"

namespace tidemark::dsp {

class RateConverter {
 public:
  static constexpr std::size_t kMaxPieceFrames = 256;
  static constexpr double kMaxAdjustPpm = 2000;

  // What the constructor takes from the arena: 1.3 KiB a channel, whatever the rates.
  // Rates in Hz, from kMinSampleRateHz to kMaxSampleRateHz.
  static std::size_t PlanBytes(int max_in_hz, int out_hz, std::size_t channels);
  // As after Start(max_in_hz). No later call allocates, locks or calls the system.
  RateConverter(int max_in_hz, int out_hz, std::size_t channels, memory::Arena& arena);

  // Forgets the past: the next sample is the first of a signal at in_hz, not adjusted, with silence
  // before it. REQUIRES: kMinSampleRateHz <= in_hz <= max_in_hz.
  void Start(int in_hz);

  // From the next sample on the input counts as in_hz * (1 + ppm / 1e6), where out_hz is lower
  // after a slide of 8 ppm a sample. Only the step from sample to sample changes, so that the
  // output stays continuous. REQUIRES: |ppm| <= kMaxAdjustPpm.
  void Adjust(double ppm);

  // The most that Convert() makes of n frames, at the rate of the last Start().
  [[nodiscard]] std::size_t MaxOut(std::size_t n_in) const;
  // Takes the next n_in frames of in[c], fills out[c] from its start with those that are ready;
  // returns how many. Frame m of the output lies at m / out_hz seconds, and comes once the input is
  // known for 32 periods of the lower rate after it. How the input is cut into pieces changes no
  // bit. Equal rates are filtered too. REQUIRES: n_in <= kMaxPieceFrames; room for MaxOut(n_in)
  // frames in each out[c], which no input overlaps; finite samples.
  std::size_t Convert(const float* const* in, std::size_t n_in, float* const* out);

  // The most that Finish() makes.
  [[nodiscard]] std::size_t MaxFinish() const;
  // The rest of the signal, with silence after it: n input frames have given ceil(n * out / in) in
  // all, exactly (for 2^43 frames), unless adjusted. Then as after Start(in_hz).
  std::size_t Finish(float* const* out);

 private:
  [[nodiscard]] ConverterLanes Lanes() const;
  // Forgets the first n of each channel's samples_ and moves the next n_kept to its start.
  void Discard(std::size_t n, std::size_t n_kept);
  // Convert() where the output's rate is not lower.
  std::size_t Interpolate(const float* const* in, std::size_t n_in, float* const* out);
  // Adds the input to the sums of the outputs around each.
  void Spread(const float* const* in, std::size_t n_in);
  // Hands out the sums before `end`, all of whose inputs are known.
  std::size_t Emit(std::size_t end, float* const* out);

  const float* rows_;               // of the process's table
  [[maybe_unused]] int max_in_hz_;  // looked at by assertions alone
  int out_hz_;
  std::size_t channels_;
  // For each channel: the last input samples where the output's rate is not lower, else the sums
  // of the output samples that further input adds to.
  std::span<float> samples_;
  int in_hz_ = 0;
  bool gathers_ = true;       // the output's rate is not lower
  SampleTime nominal_step_;   // from an output to the next in input samples if gathers_, else from
  SampleTime target_step_;    // an input to the next in output samples; the same, adjusted;
  SampleTime step_;           // and on its way there
  SampleTime at_;             // of the first tap of the next output (input), in samples_
  std::size_t n_held_ = 0;    // if gathers_, input samples in samples_
  float gain_ = 0;            // else, of the last input
  std::size_t n_before_ = 0;  // else, sums at the front of samples_ that lie before the signal
};

}  // namespace tidemark::dsp
