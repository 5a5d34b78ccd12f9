// The inner loops of the RateConverter. Pure; any thread. The order of their sums is written out,
// so that results do not depend on how a signal is cut.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tidemark::dsp {

inline constexpr std::size_t kConverterTaps = 64;
inline constexpr std::size_t kConverterPhaseBits = 5;
inline constexpr std::size_t kConverterPhases = std::size_t{1} << kConverterPhaseBits;
// A row of taps for each phase from -1 / kConverterPhases to 1 + 1 / kConverterPhases.
inline constexpr std::size_t kConverterRows = kConverterPhases + 3;

// A time in samples, or from one sample to the next: whole + fraction / 2^64.
struct SampleTime {
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;

  bool operator==(const SampleTime&) const = default;
  void Add(const SampleTime& step) {
    fraction += step.fraction;
    whole += step.whole + (fraction < step.fraction ? 1 : 0);
  }
};

struct ConverterLanes {
  const float* rows;  // kConverterRows of kConverterTaps, 64-byte aligned
  float* samples;     // of channel 0; `stride` floats on, those of channel 1, ...
  std::size_t stride;
  std::size_t channels;
};

// To a rate that is not lower. For k = 0, 1, ..., as long as at.whole + kConverterTaps <= n_there:
// out[c][k] = the taps for at.fraction over samples[at.whole ...] of channel c; at += step.
// Returns the number of k.
std::size_t GatherSamples(const ConverterLanes& lanes, std::size_t n_there, const SampleTime& step,
                          SampleTime& at, float* const* out);

// in[c][begin ... end) of each channel c.
struct ConverterInput {
  const float* const* in;
  std::size_t begin;
  std::size_t end;
};

// The time from sample to sample that an input stands for; where it changes, the mean of both.
struct ScatterGains {
  float first;
  float rest;
};

// To a lower rate. For each input: samples[at.whole ...] of channel c += gain * in[c][i] times the
// taps for at.fraction; at += step. REQUIRES: room for the taps after the last at.whole.
void ScatterSamples(const ConverterLanes& lanes, const ConverterInput& input,
                    const ScatterGains& gains, const SampleTime& step, SampleTime& at);

}  // namespace tidemark::dsp
